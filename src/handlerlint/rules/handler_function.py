"""HL103 and HL106: is the handler's name bound in its module, and to something that can be called?"""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.findings import Finding, Severity
from handlerlint.inference.domain.values import Constant, Json, Lazy, TupleValue, Value
from handlerlint.rules.advice import article
from handlerlint.rules.base import Rule, Subject
from handlerlint.rules.fixing.handler_strings import handler_string_fix
from handlerlint.source.resolution import NamespaceResolved, ResolvedModule
from handlerlint.suggestions import closest


class HandlerFunctionNotFound(Rule):
    """
    ## What it does
    Checks that the module defines the name with which the handler string ends.

    ## Why it is bad
    The function was renamed, or the handler string is misspelt. Nothing runs:
    `Runtime.HandlerNotFound: Handler 'lambda_handler' missing on module 'app'`.

    ## Example
    ```yaml
    # template.yaml
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Handler: app.lambda_handler
          Runtime: python3.13
          CodeUri: .
    ```
    ```python
    # app.py
    def handler(event, context):
        return {"statusCode": 200}
    ```

    ## Use instead
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
        return {"statusCode": 200}
    ```
    """

    code = "HL103"
    name = "handler-function-not-found"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        """A finding where the handler string is configured, with the name that was most likely meant."""
        if isinstance(subject.resolution, NamespaceResolved):
            yield self._in_folder(subject, subject.resolution)
        analysis, resolved = subject.analysis, subject.resolution
        if analysis is None or not isinstance(resolved, ResolvedModule):
            return
        if not analysis.complete or analysis.value is not None or subject.function.is_inferred:
            return
        module, wanted, handler = analysis.module.name, analysis.attribute, resolved.handler
        found = _suggestion(analysis.functions, wanted) or closest(wanted, analysis.names)
        other = module if found else resolved.finder.closest_with(module, wanted)
        suggestion = None if other is None else handler.elsewhere(other, found)
        yield self.finding(
            subject,
            subject.configured_place(),
            f"there is no `{wanted}` in `{module}`"
            + (f"; did you mean `{suggestion}`?" if suggestion else ""),
            runtime_error=f"Runtime.HandlerNotFound: Handler '{wanted}' missing on module '{handler.written_module}'",
            help=f"set the handler to `{suggestion}`" if suggestion else f"define `{wanted}` in that module",
            fix=handler_string_fix(subject, suggestion),
        )

    def _in_folder(self, subject: Subject, resolution: NamespaceResolved) -> Finding:
        """A folder without `__init__.py` imports, as a package that has no names."""
        handler = resolution.handler
        submodule = f"{handler.module}.{handler.attribute}"
        has_submodule = resolution.finder.find(submodule) is not None
        return self.finding(
            subject,
            subject.configured_place(),
            f"`{handler.module}` is a folder, so there is no function `{handler.attribute}` in it"
            + (f"; `{submodule}` is a module" if has_submodule else ""),
            runtime_error=(
                f"Runtime.HandlerNotFound: Handler '{handler.attribute}' missing on module "
                f"'{handler.written_module}'"
            ),
            help=f"add the name of the function: `{submodule}.…`"
            if has_submodule
            else "name a module and its function",
        )


def _suggestion(functions: tuple[str, ...], wanted: str) -> str | None:
    """The one function that looks like a handler, when no name is near the wanted one."""
    usual = [name for name in functions if "handler" in name.lower()]
    near = closest(wanted, functions)
    if near is not None:
        return near
    return usual[0] if len(usual) == 1 else None


class HandlerNotCallable(Rule):
    """
    ## What it does
    Checks that what the handler string names can be called.

    ## Why it is bad
    The name is bound to data or to a module instead of a function, and every invocation fails:
    `TypeError: 'dict' object is not callable`.

    ## Example
    ```python
    lambda_handler = {"memory": 128}
    ```

    ## Use instead
    ```python
    SETTINGS = {"memory": 128}


    def lambda_handler(event, context):
        return SETTINGS
    ```
    """

    code = "HL106"
    name = "handler-not-callable"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        analysis = subject.analysis
        if analysis is None or not analysis.not_callable or analysis.value is None:
            return
        if subject.function.is_inferred:
            return
        name = analysis.not_callable_class or _class_name(analysis.value)
        yield self.finding(
            subject,
            subject.configured_place(),
            f"`{analysis.module.name}.{analysis.attribute}` is {article(name)}, not a function",
            runtime_error=f"TypeError: '{name}' object is not callable" if name != "value" else None,
            help="name a function of the module in the handler string",
        )


def _class_name(value: Value) -> str:
    match value:
        case Constant(kind=kind):
            return kind
        case TupleValue():
            return "tuple"
        case Lazy(class_name=name):
            return name.rpartition(".")[2]
        case Json():
            return "value"
        case _:
            return {"ModuleValue": "module", "StubValue": "module"}.get(type(value).__name__, "value")
