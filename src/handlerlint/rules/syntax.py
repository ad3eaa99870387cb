"""HL001: does the handler's module parse in the function's runtime?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlerlint.findings import Finding, Severity
from handlerlint.rules.base import Place, Rule, Subject
from handlerlint.settings import display_name
from handlerlint.source.parsing import SyntaxProblem
from handlerlint.source.resolution import SyntaxBroken
from handlerlint.text import FILE_START, Span

_NEEDS_NEWER = re.compile(r"need Python [\d.]+ or newer$")


class SyntaxFailure(Rule):
    """
    ## What it does
    Checks that the Python version of the function's runtime can parse the handler's module.

    ## Why it is bad
    The runtime imports the module before the first invocation, and nothing runs:
    `Runtime.UserCodeSyntaxError: Syntax error in module 'app': …`. The Python on your machine may be newer than
    the runtime, and accept syntax that the runtime does not.

    ## Example
    ```yaml
    # template.yaml
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Handler: app.handler
          Runtime: python3.11
          CodeUri: .
    ```
    ```python
    # app.py
    def handler(event, context):
        return f"order {event["id"]}"
    ```

    ## Use instead
    What this version takes, or a newer runtime.
    ```yaml
    # template.yaml
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Handler: app.handler
          Runtime: python3.13
          CodeUri: .
    ```
    ```python
    # app.py
    def handler(event, context):
        return f"order {event["id"]}"
    ```
    """

    code = "HL001"
    name = "syntax-error"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding, at what the runtime version does not take, or at the start of a file that cannot be read."""
        broken = subject.resolution
        if not isinstance(broken, SyntaxBroken):
            return
        problem = broken.problem
        if isinstance(problem, SyntaxProblem):
            place = problem.place
            version = ".".join(map(str, subject.function.python_version))
            message = f"this is not valid in Python {version}: {problem.message}"
            error = f"Runtime.UserCodeSyntaxError: Syntax error in module '{broken.handler.written_module}'"
            if not _NEEDS_NEWER.search(problem.message):  # or else each version has words of its own
                error += f": {problem.message}"
        else:
            place, error = FILE_START.start, None
            message = f"the handler's module cannot be read: {problem.message}"
        needs_newer = _NEEDS_NEWER.search(message)
        yield self.finding(
            subject,
            Place(
                display_name(broken.file.path, subject.working_folder), Span.at(place.row, place.column, 1)
            ),
            message,
            runtime_error=error,
            help="choose a newer runtime, or use syntax that it supports" if needs_newer else None,
        )
