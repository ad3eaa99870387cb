"""Rules of Acme."""

from __future__ import annotations

from collections.abc import Iterator

from handlerlint.plugins import Finding, Rule, Severity, Subject

VARIABLE = "ACME_SERVICE"


class ServiceNameMissing(Rule):
    """
    ## What it does
    Checks that each function sets the environment variable `ACME_SERVICE`.

    ## Why it is bad
    `acme_tools` puts it into every line of the log. Without it nobody is told when the function fails.

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

    ## Use instead
    ```yaml
    # template.yaml
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Handler: app.lambda_handler
          Runtime: python3.13
          CodeUri: .
          Environment:
            Variables:
              ACME_SERVICE: orders
    ```
    """

    code = "ACM001"
    name = "service-name-missing"
    severity = Severity.WARNING
    url = "https://wiki.acme.example/handlerlint/service-name-missing"

    def check(self, subject: Subject) -> Iterator[Finding]:
        """One finding for all functions that share the handler, at the place that configures it."""
        if subject.function.source.kind not in ("sam", "cloudformation"):
            return  # only templates are certain to say everything about the environment
        if any(VARIABLE not in function.environment for function in subject.functions):
            yield self.finding(
                subject,
                subject.configured_place(),
                f"the environment variable `{VARIABLE}` is not set",
                help=f"add `{VARIABLE}` to `Environment.Variables`",
            )
