# epsagon 1.82, https://github.com/epsagon/epsagon-python
# The results stay as they are; `step_lambda_wrapper` adds a member to them and is left out.
from collections.abc import Callable
from typing import Any, TypeVar

_Function = TypeVar("_Function", bound=Callable[..., Any])

def lambda_wrapper(func: _Function) -> _Function: ...
