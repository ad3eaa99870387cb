# ddtrace 4.16, https://ddtrace.readthedocs.io/
from ddtrace.trace import tracer as tracer
