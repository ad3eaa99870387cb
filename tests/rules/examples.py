"""Takes the examples out of a rule's documentation and lints them; used by the tests of rules."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from handlerlint.configuration import load_settings
from handlerlint.findings import Finding
from handlerlint.linter import lint
from handlerlint.records import replace
from handlerlint.rules.base import Rule

_HEADING = re.compile(r"^#+ +(.+)$")
_FENCE = re.compile(r"^```(\w*)$")
_FILE_NAME = re.compile(r"^(?:#|//) ([\w./-]+\.\w+)$")


def sections(rule: type[Rule]) -> dict[str, str]:
    """The text below each heading of the rule's docstring."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    in_code = False
    for line in inspect.cleandoc(rule.__doc__ or "").splitlines():
        in_code ^= _FENCE.match(line) is not None
        heading = None if in_code else _HEADING.match(line)
        if heading:
            lines = found.setdefault(heading[1], [])
        else:
            lines.append(line)
    return {heading: "\n".join(text).strip() for heading, text in found.items()}


def example_files(section: str) -> dict[str, str]:
    """The files in a section: one a block, named by its first line; a Python block without one is `app.py`."""
    files: dict[str, str] = {}
    block: list[str] | None = None
    for line in section.splitlines():
        if _FENCE.match(line):
            if block is None:
                block = []
                continue
            files.update(_split(block))
            block = None
        elif block is not None:
            block.append(line)
    return files


def lint_files(files: dict[str, str], code: str, folder: Path) -> list[Finding]:
    """The findings for the files, with every rule on by default, and the one in question."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    settings = load_settings([folder], working_folder=folder, isolated=True)
    is_configured = any(not name.endswith(".py") for name in files)
    settings = replace(
        settings,
        extend_select=(code,),
        handlers=() if is_configured else (_handler(files),),
        use_cache=False,
    )
    result = lint(settings)
    assert not result.failures
    assert result.functions or code == "HL002"
    return list(result.findings)


def _handler(files: dict[str, str]) -> str:
    """The handler string of an example without configuration: the file with a function, or name, for it."""
    for name, text in files.items():
        for function in ("lambda_handler", "handler"):
            if re.search(rf"^(?:(?:async )?def {function}\b|{function} =|@)", text, re.MULTILINE):
                return f"{name.removesuffix('.py').replace('/', '.')}.{function}"
    raise AssertionError(f"no handler in {sorted(files)}")


def _split(lines: list[str]) -> list[tuple[str, str]]:
    """A block's files: a comment that is a file name begins another."""
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        named = _FILE_NAME.match(line)
        if named:
            found.append((named[1], []))
        elif found:
            found[-1][1].append(line)
        else:
            found.append(("app.py", [line]))
    return [(name, "\n".join(text) + "\n") for name, text in found]
