"""Lambda's limits, with the pages that state them. For the rules and the dynamic mode."""

from __future__ import annotations

# docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: "6 MB each for request and response
# (synchronous)". The service's own message gives the number of bytes: "Response payload size exceeded maximum
# allowed payload size (6291556 bytes)."
MAXIMUM_RESPONSE_BYTES = 6_291_556
RESPONSE_TOO_LARGE = "Function.ResponseSizeTooLarge"
RESPONSE_TOO_LARGE_MESSAGE = (
    f"Response payload size exceeded maximum allowed payload size ({MAXIMUM_RESPONSE_BYTES} bytes)."
)

# docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html and configuration-timeout.html.
MAXIMUM_TIMEOUT_SECONDS = 900
DEFAULT_TIMEOUT_SECONDS = 3

# docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html.
DEFAULT_MEMORY_MB = 128
MAXIMUM_MEMORY_MB = 10_240

# docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html: "The Init phase is limited to 10
# seconds."
INIT_SECONDS = 10

# docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: environment variables, 4 KB in all.
MAXIMUM_ENVIRONMENT_BYTES = 4_096
