"""Where handler strings lead whose module may be installed beside the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlerlint.functions.model import ConfigurationSource, LambdaFunction
from handlerlint.packaging.handlers import resolve_handler
from handlerlint.source.files import SourceFiles
from handlerlint.source.resolution import ModuleMissing, Resolution, Unresolved


def resolution(folder: Path, handler: str, files: dict[str, str]) -> Resolution:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    source = ConfigurationSource("sam", folder / "template.yaml")
    return resolve_handler(LambdaFunction("Orders", handler, folder, source), SourceFiles())


@pytest.mark.parametrize(
    ("files", "handler"),
    [
        ({"requirements.txt": "# acme\nrequests>=2\nboto3 ; python_version > '3'\n"}, "acme.handler"),
        ({"requirements.txt": "aws-lambda-powertools[all]  # lambda_function\n"}, "lambda_function.handler"),
        ({"requirements.txt": "-r more/base.txt\n", "more/base.txt": "requests\n"}, "base.handler"),
        ({"pyproject.toml": '[project]\nname = "orders"\ndescription = "acme"\n'}, "acme.handler"),
        # The package that is found first has all its modules, whatever is installed.
        ({"requirements.txt": "acme-jobs\n", "acme/__init__.py": ""}, "acme.jobs.handler"),
    ],
)
def test_other_requirements_do_not_bring_the_module(
    tmp_path: Path, files: dict[str, str], handler: str
) -> None:
    assert isinstance(resolution(tmp_path, handler, files), ModuleMissing)


@pytest.mark.parametrize(
    ("files", "handler"),
    [
        ({}, "datadog_lambda.handler.handler"),
        ({"requirements.txt": "requests\nacme-jobs==1.2\n"}, "acme_jobs.handler"),
        ({"requirements.txt": "acme.jobs[x] >=1\n"}, "jobs.handler"),
        ({"requirements.txt": "PyYAML\n"}, "yaml.handler"),
        ({"requirements.txt": "-e ../lib\n"}, "app.handler"),
        ({"requirements.txt": "./lib\n"}, "app.handler"),
        ({"requirements.txt": "acme-1.0-py3-none-any.whl\n"}, "app.handler"),
        ({"requirements.txt": "-r ../common.txt\n"}, "app.handler"),
        ({"requirements.txt": "git+https://example.org/x.git\n"}, "app.handler"),
        ({"requirements.txt": "acme @ https://example.org/x.zip\n"}, "app.handler"),
        ({"requirements.txt": "--extra-index-url https://pypi.example.org\nx\n"}, "app.handler"),
        ({"pyproject.toml": '[project]\ndependencies = ["shop-core>=1"]\n'}, "shop_core.api.handler"),
        ({"pyproject.toml": '[tool.poetry.dependencies]\nx = { path = "../x" }\n'}, "app.handler"),
        ({"uv.lock": '[[package]]\nname = "a"\nsource = { editable = "libraries/a" }\n'}, "app.handler"),
        ({"setup.py": "from setuptools import setup\nsetup()\n"}, "app.handler"),
    ],
)
def test_what_may_be_installed_is_not_missing(tmp_path: Path, files: dict[str, str], handler: str) -> None:
    assert isinstance(resolution(tmp_path, handler, files), Unresolved)
