# aws-xray-sdk 2.15, https://docs.aws.amazon.com/xray-sdk-for-python/latest/reference/
from collections.abc import Callable
from typing import Any, TypeVar

from aws_xray_sdk.core.recorder import AWSXRayRecorder

_Function = TypeVar("_Function", bound=Callable[..., Any])

class AsyncAWSXRayRecorder(AWSXRayRecorder):
    def capture_async(self, name: str | None = ...) -> Callable[[_Function], _Function]: ...
