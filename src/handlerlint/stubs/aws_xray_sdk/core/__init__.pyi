# aws-xray-sdk 2.15, https://docs.aws.amazon.com/xray-sdk-for-python/latest/reference/
from typing import Any

from aws_xray_sdk.core.async_recorder import AsyncAWSXRayRecorder

xray_recorder: AsyncAWSXRayRecorder

def patch_all(double_patch: bool = ...) -> None: ...
def patch(modules_to_patch: Any, *args: Any, **options: Any) -> None: ...
