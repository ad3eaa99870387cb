"""HL109, HL110, HL321: is there code on the handler's way that certainly raises?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from handlerlint.findings import Finding, Severity
from handlerlint.rules.base import Rule, Subject
from handlerlint.source.resolution import ResolvedModule

if TYPE_CHECKING:
    from handlerlint.functions.model import LambdaFunction
    from handlerlint.inference.domain.failure import Failure


def _certain(subject: Subject, failures: Iterable[Failure]) -> Iterator[Failure]:
    """Those failures whose premises hold for all functions of the subject."""
    for failure in failures:
        if all(_holds(failure, function, subject) for function in subject.functions):
            yield failure


def _holds(failure: Failure, function: LambdaFunction, subject: Subject) -> bool:
    is_configured = function.source.kind != "convention"
    match failure.premise:
        case None:
            return True
        case "string" | "event":
            return is_configured
        case "root":
            return is_configured and not function.is_inferred
        case "package" | "text":
            is_packed_as_it_is = function.build is None and function.unknown_content is None
            return is_configured and not function.is_inferred and is_packed_as_it_is
        case "library":
            resolution = subject.resolution
            assert isinstance(resolution, ResolvedModule)
            from handlerlint.packaging.missing import suppliers_of

            finder = resolution.finder
            return not suppliers_of(finder.files).of(function, "botocore", finder)


class _FailureRule(Rule):
    """A rule about code that certainly raises."""

    def failure_finding(self, subject: Subject, failure: Failure, error: str) -> Finding:
        """The finding for a failure that the runtime reports as `error`."""
        place = subject.place(failure.file, failure.node)
        steps = () if failure.way is None else failure.way.steps()
        related = [subject.related(step.what, step.file, step.node) for step in steps]
        return self.finding(
            subject, place, failure.what, runtime_error=error, help=failure.help, related=related
        )


def _loaded(subject: Subject, *, imports: bool) -> Iterator[Failure]:
    if subject.analysis is not None:
        failures = _certain(subject, subject.analysis.load_failures)
        yield from (failure for failure in failures if failure.is_import == imports)


class ImportFails(_FailureRule):
    """
    ## What it does
    Finds imports that certainly fail. These mistakes are found:

    - a relative import in a module that is in no package, or one that leads out of its package;
    - a name that the imported module of the project does not define;
    - a name that the standard library does not have in the function's version of Python.

    An import of a module that does not exist is HL108.

    An import counts if every load of the handler executes it, or every call, and if no `try` could catch its failure.
    What depends on the version of Python counts where the configuration names the runtime.

    ## Why it is bad
    The runtime imports the handler's module before the first invocation, and nothing runs:
    `Runtime.ImportModuleError: Unable to import module 'app': attempted relative import with no known parent package`.

    ## Example
    ```yaml
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
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
    from .prices import total

    def handler(event, context):
        return total(event)
    ```
    ```python
    # src/prices.py
    def total(order):
        return order["count"] * order["price"]
    ```

    ## Use instead
    ```yaml
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
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
    from prices import total

    def handler(event, context):
        return total(event)
    ```
    ```python
    # src/prices.py
    def total(order):
        return order["count"] * order["price"]
    ```
    """

    code = "HL109"
    name = "import-fails"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        handler = getattr(subject.resolution, "handler", None)
        if handler is None or subject.analysis is None:
            return
        for failure in _loaded(subject, imports=True):
            error = f"Runtime.ImportModuleError: Unable to import module '{handler.written_module}': {failure.said}"
            yield self.failure_finding(subject, failure, error)
        for failure in _certain(subject, subject.analysis.failures):
            if failure.is_import:
                yield self.failure_finding(subject, failure, f"ImportError: {failure.said}")


class LoadFails(_FailureRule):
    """
    ## What it does
    Finds code at module level that certainly raises when the handler's module, or one that it imports, is loaded.
    These mistakes are found:

    - a name that is not defined;
    - a call of a function or class of the project with arguments that do not fit its parameters;
    - an operation, or a call of a pure function of the standard library, that raises for these operands:
      `re.compile("(")`;
    - what the function's version of Python does not have, such as `int | None` in an annotation on Python 3.9.

    Code in a `try` with `except` does not count, nor code that only some loads execute.

    ## Why it is bad
    The runtime loads the module before the first invocation, and nothing runs:
    `TypeError: unsupported operand type(s) for |: 'type' and 'NoneType'`.

    ## Example
    ```yaml
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Handler: app.handler
          Runtime: python3.9
          CodeUri: .
    ```
    ```python
    # app.py
    def total(order, rate: float | None = None):
        return order["count"] * (rate or 1)

    def handler(event, context):
        return total(event)
    ```

    ## Use instead
    ```yaml
    # template.yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Handler: app.handler
          Runtime: python3.9
          CodeUri: .
    ```
    ```python
    # app.py
    from typing import Optional

    def total(order, rate: Optional[float] = None):
        return order["count"] * (rate or 1)

    def handler(event, context):
        return total(event)
    ```
    """

    code = "HL110"
    name = "load-fails"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        for failure in _loaded(subject, imports=False):
            yield self.failure_finding(subject, failure, _raised(failure))


class CallFails(_FailureRule):
    """
    ## What it does
    Finds code that certainly raises when the handler runs it. These mistakes are found:

    - a call of a function or class, of the project or the standard library, with too many or too few arguments or with
      a name that it does not have;
    - an instance of an abstract class, which lacks what its bases leave to it;
    - a local variable that has no value yet, or a name that is not defined;
    - a local variable that an exception leaves without a value, where an `except` takes the exception and the function
      goes on to use the variable; or the name of `except … as error` after the clause, which deletes it;
    - an attribute of the event, which is decoded JSON: `event.body` in place of `event["body"]`;
    - an attribute that a value, class or module of the standard library does not have: `{}.has_key`, `text.decode`;
      that an instance, class or enum member of the project does not have; a method, paginator or waiter of the AWS SDK,
      or a key of its responses, that is misspelt; an attribute of the context as other languages write it:
      `context.awsRequestId`;
    - an operation that the classes of its operands do not have: `"count: " + len(rows)`, `None["id"]`, a call of a
      module or a text; a datetime with a time zone compared with one that has none;
    - an item that a dict or list does not have which is written out, or a tuple; a tuple that is unpacked into more or
      fewer names than it has elements, also by a loop: `for place, key, value in enumerate(rows)`; a `raise` of what is
      no exception;
    - any item of a dict that is still empty, as in the first round of a loop with `counts[word] += 1`; an item that is
      put into a text or a tuple, or behind the end of a list;
    - the context where it is taken for a dict: `context["function_name"]`; `error.message`, which exceptions had in
      Python 2; a group that the pattern does not have: `re.match(r"(\\d+)", text).group(2)`;
    - text that a file opened as binary is given, bytes that a pattern for text is asked of, and the other way round;
      a callback that cannot take the elements it is called with: `sorted(rows, key=lambda one, other: …)`;
    - a call of a pure function of the standard library that raises for these arguments: `datetime.fromisoformat("x")`,
      `base64.b64encode(text)`, `hmac.new(os.environ["KEY"], body, "sha256")`;
    - a text that is formatted with too few or too many values, or without one that it names: `"%s of %s" % (count,)`,
      `"{} {}".format(name)`;
    - a `with` that is given a generator, where `@contextmanager` was forgotten;
    - a name that the function's version of Python does not have;
    - a part of the event that the service which invokes the function never sends, or sends as something else:
      `event["Record"]` of a queue, `event["body"]["id"]` of an API, where the body is text.

    A finding is made only if every path to that place fails; after an `except` clause, if every path fails that comes
    through the clause, and no test, loop or unknown code stands in between. Operations and calls of pure functions are
    tried with the values, or classes of values, that the operands have. A None does not count that comes from a dict
    without a key; nor, after a loop over an unknown number of elements, one that such a loop may have replaced. Code in
    a `try` whose `except` names the exception is left alone; also what only asks whether it works: a `try` with one
    statement, be it in a loop, and an `except Exception`, in the same function.

    ## Why it is bad
    `TypeError: charge() missing 1 required positional argument: 'currency'`. Inside a broad `except` nobody sees it:
    the caller gets a 500, and the log says little.

    ## Example
    ```python
    def charge(amount, currency):
        return f"{amount} {currency}"


    def lambda_handler(event, context):
        return charge(event["amount"])
    ```

    ## Use instead
    ```python
    def charge(amount, currency):
        return f"{amount} {currency}"


    def lambda_handler(event, context):
        return charge(event["amount"], event["currency"])
    ```
    """

    code = "HL321"
    name = "call-fails"
    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        if subject.analysis is None:
            return
        from handlerlint.inference.domain.failure import CONTEXT
        from handlerlint.rules.signature import signatures, swapped_names

        is_swapped = any(map(swapped_names, signatures(subject)))
        for failure in _certain(subject, subject.analysis.failures):
            if not (failure.is_import or (is_swapped and CONTEXT in failure.said)):
                yield self.failure_finding(subject, failure, _raised(failure))


def _raised(failure: Failure) -> str:
    """The exception as the log shows it; of what is written in C the words are not known."""
    return f"{failure.error}: {failure.said}" if failure.said else failure.error
