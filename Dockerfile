# handlerlint as an image for CI:
#   docker build -t handlerlint .
#   docker run --rm -v "$PWD:/project:ro" handlerlint check src/
ARG PYTHON_VERSION=3.13

FROM python:${PYTHON_VERSION}-slim AS build
WORKDIR /source
COPY pyproject.toml constraints.txt README.md LICENSE NOTICE ./
COPY src src
RUN pip wheel --no-cache-dir --no-deps --wheel-dir /wheels . \
    && python -m venv --without-pip /opt/handlerlint \
    && pip --python /opt/handlerlint/bin/python install --no-cache-dir -c constraints.txt /wheels/*.whl

FROM python:${PYTHON_VERSION}-slim
COPY --from=build /opt/handlerlint /opt/handlerlint
RUN useradd --no-create-home --shell /usr/sbin/nologin handlerlint
ENV PATH="/opt/handlerlint/bin:$PATH"
USER handlerlint
WORKDIR /project
ENTRYPOINT ["handlerlint"]
