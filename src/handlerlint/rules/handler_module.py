"""HL101, HL102, HL104, HL105 and HL107: does the handler string lead to a module that Lambda can import?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlerlint.findings import Finding, Severity
from handlerlint.rules.base import Place, Rule, Subject
from handlerlint.rules.fixing.handler_strings import handler_string_fix
from handlerlint.runtime.shadowing import CLIENT_NEEDS, NEEDED_BY
from handlerlint.settings import display_name
from handlerlint.source.modules import FoundModule
from handlerlint.source.resolution import BuiltinConflict, MalformedHandler, ModuleMissing, ResolvedModule
from handlerlint.text import FILE_START

_IMPORT_ERROR = "Runtime.ImportModuleError: Unable to import module '{}': {}"


class MalformedHandlerString(Rule):
    """
    ## What it does
    Checks that the handler string consists of a module and a function with a dot between them.

    ## Why it is bad
    Lambda refuses to create the function, or the runtime cannot split the string:
    `Runtime.MalformedHandlerName: Bad handler 'handler': not enough values to unpack (expected 2, got 1)`.

    ## Example
    ```yaml
    # template.yaml
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Handler: handler
          Runtime: python3.13
          CodeUri: .
    ```
    ```python
    # app.py
    def handler(event, context):
        return "ok"
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
        return "ok"
    ```
    """

    code = "HL101"
    name = "malformed-handler-string"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        resolution = subject.resolution
        if isinstance(resolution, MalformedHandler):
            malformed = resolution.malformed
            yield self.finding(
                subject,
                subject.configured_place(),
                f"the handler string `{malformed.text}` is not valid: {malformed.problem}",
                runtime_error=malformed.error,
                help=(
                    'write `CMD ["module.function"]`'
                    if subject.function.is_image
                    else "write `module.function`, with the module's path from the code root"
                ),
            )


class HandlerModuleNotFound(Rule):
    """
    ## What it does
    Checks that the module which the handler string names exists in the code root or in a layer.

    ## Why it is bad
    A file was renamed or moved, or the handler string starts from another folder than the code root. Nothing runs:
    `Runtime.ImportModuleError: Unable to import module 'src.app': No module named 'src'`.
    The rule is silent where a build step, a layer or an installed package may provide the module.

    ## Example
    ```yaml
    # template.yaml
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Handler: src.app.handler
          Runtime: python3.13
          CodeUri: src/
    ```
    ```python
    # src/app.py
    def handler(event, context):
        return "ok"
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
          CodeUri: src/
    ```
    ```python
    # src/app.py
    def handler(event, context):
        return "ok"
    ```
    """

    code = "HL102"
    name = "handler-module-not-found"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding where the handler string is configured; what lacks only the case of letters is another rule."""
        missing = subject.resolution
        if not isinstance(missing, ModuleMissing) or missing.case_variant is not None:
            return
        handler, cause = missing.handler, None
        inline = subject.function.inline_code
        if inline is not None:
            name = inline.module.replace(".", "/")
            message = f"there is no module `{handler.module}`: inline code becomes `{name}.py`"
        else:
            message = f"there is no module `{handler.module}` in the code root"
            if missing.missing != handler.module and missing.finder.find(missing.missing) is None:
                message += f" (no `{missing.missing}`)"
                cause = f"no {missing.missing} in {subject.function.code_root}"
        suggestion = None if missing.closest is None else handler.elsewhere(missing.closest)
        if suggestion is not None and subject.function.inline_code is None:
            message += f"; did you mean `{suggestion}`?"
        yield self.finding(
            subject,
            subject.configured_place(),
            message,
            runtime_error=_IMPORT_ERROR.format(handler.written_module, missing.import_error),
            help=f"set the handler to `{suggestion}`" if suggestion else None,
            fix=handler_string_fix(subject, suggestion),
            cause=cause,
        )


class BuiltinModuleConflict(Rule):
    """
    ## What it does
    Checks that the first part of the handler string is not a built-in module of Python, such as `time`.

    ## Why it is bad
    The runtime refuses to load a file with such a name:
    `Runtime.BuiltInModuleConflict: Cannot use built-in module time as a handler module`.

    ## Example
    ```yaml
    # template.yaml
    Resources:
      Clock:
        Type: AWS::Serverless::Function
        Properties:
          Handler: time.handler
          Runtime: python3.13
          CodeUri: .
    ```
    ```python
    # time.py
    def handler(event, context):
        return "ok"
    ```

    ## Use instead
    ```yaml
    # template.yaml
    Resources:
      Clock:
        Type: AWS::Serverless::Function
        Properties:
          Handler: clock.handler
          Runtime: python3.13
          CodeUri: .
    ```
    ```python
    # clock.py
    def handler(event, context):
        return "ok"
    ```
    """

    code = "HL104"
    name = "builtin-module-conflict"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        conflict = subject.resolution
        if isinstance(conflict, BuiltinConflict):
            written = conflict.handler.written_module
            yield self.finding(
                subject,
                subject.configured_place(),
                f"`{conflict.module}` is a built-in module of Python: it cannot hold a handler",
                runtime_error=(
                    f"Runtime.BuiltInModuleConflict: Cannot use built-in module {written} as a handler module"
                ),
                help="rename the file",
            )


class HandlerCaseMismatch(Rule):
    """
    ## What it does
    Checks that the handler string is written in the same case as the names of the file and its folders.

    ## Why it is bad
    File systems on macOS and Windows usually ignore case, so the module is found there. In Lambda it is not:
    `Runtime.ImportModuleError: Unable to import module 'app': No module named 'app'`.

    ## Example
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
    # App.py
    def handler(event, context):
        return "ok"
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
        return "ok"
    ```
    """

    code = "HL105"
    name = "handler-case-mismatch"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        missing = subject.resolution
        if not isinstance(missing, ModuleMissing) or missing.case_variant is None:
            return
        handler, variant = missing.handler, missing.case_variant
        yield self.finding(
            subject,
            subject.configured_place(),
            f"the module is `{variant}`, not `{handler.module}`: Lambda's file names are case-sensitive",
            runtime_error=_IMPORT_ERROR.format(handler.written_module, missing.import_error),
            help=f"set the handler to `{handler.elsewhere(variant)}`, or rename the file",
            fix=handler_string_fix(subject, handler.elsewhere(variant)),
        )


class ModuleShadowsStandardLibrary(Rule):
    """
    ## What it does
    Checks that no file in the code root hides a module of the standard library that the runtime or an imported
    module needs.

    ## Why it is bad
    The code root comes first on `sys.path`, so code that imports the standard module may get this file instead.
    Which of the two it gets depends on what was imported first. It can fail before the handler is even loaded:
    `AttributeError: module 'json' has no attribute 'JSONEncoder'`.

    ## Example
    ```python
    # app.py
    def handler(event, context):
        return "ok"
    ```
    ```python
    # logging.py
    def log(text):
        print(text)
    ```

    ## Use instead
    ```python
    # app.py
    def handler(event, context):
        return "ok"
    ```
    ```python
    # order_log.py
    def log(text):
        print(text)
    ```
    """

    code = "HL107"
    name = "module-shadows-standard-library"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Finding]:
        """A finding for each module of the project that hides one which the handler's imports, or the runtime, need."""
        resolved, root = subject.resolution, subject.function.code_root
        if not isinstance(resolved, ResolvedModule) or root is None or subject.function.is_inferred:
            return
        folders = resolved.finder.files.folders
        own = {name for name in folders.names(str(root)) if not name.startswith("_")}
        if own.isdisjoint(_HIDING_NAMES):
            return
        for module, needed_by in _needed_modules(resolved.module, own):
            if folders.has_file(str(root / module), "__init__.py"):
                hiding = root / module / "__init__.py"
            elif folders.has_file(str(root), f"{module}.py"):
                hiding = root / f"{module}.py"
            else:
                continue
            yield self.finding(
                subject,
                Place(display_name(hiding, subject.working_folder), FILE_START),
                f"this hides the module `{module}`, which {needed_by} needs",
                help="rename it, or move it into a package",
            )


_MAY_HIDE = CLIENT_NEEDS.union(*NEEDED_BY.values())
_HIDING_NAMES = _MAY_HIDE | {f"{name}.py" for name in _MAY_HIDE}
_IMPORTED = re.compile(r"^[ \t]*(?:import|from)[ \t]+(\w+)", re.MULTILINE)


def _needed_modules(module: FoundModule, own: set[str]) -> Iterator[tuple[str, str]]:
    """The standard modules that must not be hidden from the handler's module, and who needs them."""
    for name in sorted(CLIENT_NEEDS):
        yield name, "the runtime client"
    text = module.file.text if module.file is not None else ""
    # What the code root has itself is meant to be imported.
    imported = {name for name in _IMPORTED.findall(text) if name not in own and f"{name}.py" not in own}
    seen = set(CLIENT_NEEDS)
    for importer in sorted(imported & NEEDED_BY.keys()):
        for name in sorted(NEEDED_BY[importer] - seen):
            seen.add(name)
            yield name, f"`{importer}`"
