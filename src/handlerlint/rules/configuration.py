"""HL002: can every template and configuration file be read? Findings come from discovery, not from a handler."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from handlerlint.findings import Finding, Severity
from handlerlint.functions.model import ConfigurationProblem
from handlerlint.rules.base import Place, Rule, Subject
from handlerlint.settings import display_name
from handlerlint.text import FILE_START


class UnreadableConfiguration(Rule):
    """
    ## What it does
    Reports templates and configuration files that cannot be read or parsed.

    ## Why it is bad
    The functions in such a file are not checked, and the tool that deploys it will probably fail, too.

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
    ```
    ```python
    # app.py
    def handler(event, context):
        return None
    ```
    """

    code = "HL002"
    name = "unreadable-configuration"
    severity = Severity.WARNING

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Nothing: see `configuration_findings`."""
        yield from ()


def configuration_findings(
    problems: Iterable[ConfigurationProblem], working_folder: Path
) -> Iterator[Finding]:
    """The findings of HL002, one for each file that discovery could not read."""
    for problem in problems:
        place = Place(display_name(problem.path, working_folder), problem.span or FILE_START)
        yield UnreadableConfiguration.finding_for((), None, place, problem.message)
