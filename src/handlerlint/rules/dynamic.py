"""HL901 to HL908: what `handlerlint invoke` sees when a handler runs. Found by `invoke.diagnosis`, never statically."""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.findings import ErrorFrom, Finding, Severity
from handlerlint.rules.base import Rule, Subject


class DynamicRule(Rule):
    """A rule whose findings come from running the handler: there is nothing to check in the source."""

    severity = Severity.ERROR

    def check(self, subject: Subject) -> Iterator[Finding]:
        yield from ()


class InitFailed(DynamicRule):
    """
    ## What it does
    Reports that the runtime could not load the handler: an import failed, the module raised, ended the
    process, or took longer than the ten seconds that Lambda allows.

    Only `handlerlint invoke` finds this.

    ## Why it is bad
    No invocation reaches the handler. The caller gets the error of the module, for example
    `KeyError: 'TABLE_NAME'` or `Runtime.ImportModuleError: Unable to import module 'app'`. Lambda tries to
    load the module again for each event, with the same result.

    ## Example
    ```python
    import os

    TABLE_NAME = os.environ["TABLE_NAME"]  # the template does not define it

    def lambda_handler(event, context):
        return {"table": TABLE_NAME}
    ```

    ## Use instead
    ```python
    import os

    TABLE_NAME = os.environ.get("TABLE_NAME", "orders")

    def lambda_handler(event, context):
        return {"table": TABLE_NAME}
    ```
    """

    code = "HL901"
    name = "init-failed"


class InvocationFailed(DynamicRule):
    """
    ## What it does
    Reports that the handler raised an exception for an event.

    Only `handlerlint invoke` finds this. If handlerlint generated the event, it is a warning: a real event of
    the function may hold what the sample lacks.

    ## Why it is bad
    The invocation fails. A synchronous caller gets the exception's type, message and stack trace. A REST API
    answers with status 502. An asynchronous event or a batch is tried again, and is lost in the end unless a
    dead-letter queue or an on-failure destination keeps it.

    ## Example
    ```python
    def lambda_handler(event, context):
        return {"share": 100 / len(event.get("items", []))}
    ```

    ## Use instead
    ```python
    def lambda_handler(event, context):
        items = event.get("items", [])
        return {"share": 100 / len(items) if items else None}
    ```
    """

    code = "HL902"
    name = "invocation-failed"


class ResponseNotMarshalled(DynamicRule):
    """
    ## What it does
    Reports that the runtime could not serialize what the handler returned as JSON.

    Only `handlerlint invoke` finds this; HL301 to HL305 find most of it without running anything.

    ## Why it is bad
    The work is done, and the caller gets
    `Runtime.MarshalError: Unable to marshal response: Object of type set is not JSON serializable`.
    An asynchronous event or a batch is tried again, and the work is done once more.

    ## Example
    ```python
    def lambda_handler(event, context):
        return {"colours": {"red", "green"}}
    ```

    ## Use instead
    ```python
    def lambda_handler(event, context):
        return {"colours": sorted({"red", "green"})}
    ```
    """

    code = "HL903"
    name = "response-not-marshalled"


class TimedOut(DynamicRule):
    """
    ## What it does
    Reports that an invocation took longer than the function's time-out (Lambda's default: 3 seconds), and where
    the handler was at that moment.

    Only `handlerlint invoke` finds this.

    ## Why it is bad
    Lambda ends the process in the middle of its work: `Task timed out after 3.00 seconds`. The next event waits
    for a fresh environment.

    ## Example
    ```python
    import time

    def lambda_handler(event, context):
        while event.get("status") != "done":
            time.sleep(1)
        return event
    ```

    ## Use instead
    ```python
    import time

    def lambda_handler(event, context):
        while event.get("status") != "done" and context.get_remaining_time_in_millis() > 2500:
            time.sleep(0.1)
        return event
    ```
    """

    code = "HL904"
    name = "timed-out"


class ResponseTooLarge(DynamicRule):
    """
    ## What it does
    Reports a response above 6,291,556 bytes.

    Only `handlerlint invoke` finds this.

    ## Why it is bad
    Lambda refuses it: `Function.ResponseSizeTooLarge: Response payload size exceeded maximum allowed payload
    size (6291556 bytes).` The runtime client treats the refusal as its own failure and ends the process.

    ## Example
    ```python
    def lambda_handler(event, context):
        return {"lines": ["x" * 1000] * 7000}
    ```

    ## Use instead
    Write the result to a bucket and return its key, or return it page by page.
    ```python
    def lambda_handler(event, context):
        page = event.get("page", 0)
        return {"lines": ["x" * 1000] * 1000, "next": page + 1}
    ```
    """

    code = "HL905"
    name = "response-too-large"


class ProcessExited(DynamicRule):
    """
    ## What it does
    Reports that the process ended while the handler ran: `sys.exit`, a crash of an extension module, or more
    memory than the function has.

    Only `handlerlint invoke` finds this.

    ## Why it is bad
    The caller gets `Runtime.ExitError: Runtime exited with error: exit status 1` instead of an answer. No error
    message tells the cause, and the next event waits for a fresh environment.

    ## Example
    ```python
    import sys

    def lambda_handler(event, context):
        if "id" not in event:
            sys.exit(1)
        return event["id"]
    ```

    ## Use instead
    ```python
    def lambda_handler(event, context):
        if "id" not in event:
            return {"error": "the event has no id"}
        return event["id"]
    ```
    """

    code = "HL906"
    name = "process-exited"


class ResponseChanged(DynamicRule):
    """
    ## What it does
    Reports a response that differs from the one recorded with `handlerlint invoke --record`.

    Only `handlerlint invoke` finds this.

    ## Why it is bad
    A change of behaviour that nobody asked for reaches the callers. If it is intended, record the response again.

    ## Example
    The recorded response is `{"total": 3}`.
    ```python
    def lambda_handler(event, context):
        return {"total": "3"}
    ```

    ## Use instead
    ```python
    def lambda_handler(event, context):
        return {"total": 3}
    ```

    ## Options
    `invoke.ignore`: JSONPath expressions for what may differ, such as `$.requestId`.
    """

    code = "HL907"
    name = "response-changed"


class ResponseContractBroken(DynamicRule):
    """
    ## What it does
    Reports a real response that the service which invokes the function does not accept: the mistakes of HL401 to
    HL415, seen when the handler runs.

    Only `handlerlint invoke` finds this. The message names the rule (HL401, HL402 …), the place in the response, and
    what the service answers. Checked are responses to REST, HTTP and WebSocket APIs, function URLs, load balancers,
    authorizers, Cognito, Data Firehose, S3 Batch Operations, Lambda@Edge, queues and streams. An event of your own
    counts if the function has an event source that sends such events. It is a warning if handlerlint generated the
    event, or if nothing fails but something is lost.

    Only what AWS documents, or was seen to refuse, is reported. A handler whose calls to AWS were refused is not
    judged.

    ## Why it is bad
    The function succeeds, but the caller gets an error: a REST API, for example, answers with status 502 and
    logs `Malformed Lambda proxy response`.

    ## Example
    The function stands behind a REST API.
    ```python
    def lambda_handler(event, context):
        return {"statusCode": 200, "body": {"ok": True}}
    ```

    ## Use instead
    ```python
    import json

    def lambda_handler(event, context):
        return {"statusCode": 200, "body": json.dumps({"ok": True})}
    ```
    """

    code = "HL908"
    name = "response-contract-broken"
    error_from = ErrorFrom.AWS
