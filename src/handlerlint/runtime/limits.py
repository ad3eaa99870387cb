"""Lambda's limits, with the pages that state them. For contracts, handler strings and the dynamic mode."""

from __future__ import annotations

# docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: "6 MB each for request and response
# (synchronous)". The service's own message gives the number of bytes: "Response payload size exceeded maximum
# allowed payload size (6291556 bytes)."
MAXIMUM_RESPONSE_BYTES = 6_291_556

# docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html.
MAXIMUM_TIMEOUT_SECONDS = 900
DEFAULT_TIMEOUT_SECONDS = 3.0

# docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html.
DEFAULT_MEMORY_MB = 128

# docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html: "The Init phase is limited to 10
# seconds."
INIT_SECONDS = 10.0

# `Handler` in docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html, in characters.
MAXIMUM_HANDLER_LENGTH = 128

# docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html, "Quotas on Lambda@Edge": the size
# of a response that a function generates.
MAXIMUM_VIEWER_RESPONSE_BYTES = 40 * 1024
MAXIMUM_ORIGIN_RESPONSE_BYTES = 1024 * 1024
