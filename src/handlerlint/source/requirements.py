"""Whether what a project installs beside its code may bring a missing module; for `resolution` and `packaging`."""

from __future__ import annotations

import re
from pathlib import Path

from handlerlint.reading import read_text

# Modules that wrap handlers and that macros, plugins and layers add behind a template's back.
_WRAPPERS = frozenset(
    {
        *("datadog_lambda", "dd_lambda", "elasticapm", "epsagon", "instana", "lumigo_tracer"),
        *("newrelic_lambda", "newrelic_lambda_wrapper", "opentelemetry", "otel_wrapper", "sentry_sdk"),
        *("serverless_sdk", "signalfx_lambda", "thundra", "catalyst", "solarwinds_apm", "mangum"),
        # What a core of IoT Greengrass has, on which functions run outside Lambda.
        *("greengrasssdk", "greengrass_common", "awsiot"),
    }
)
_FILES = ("requirements.txt", "pyproject.toml", "Pipfile", "setup.py", "setup.cfg", "poetry.lock", "uv.lock")
# A requirement that is not a plain name from the public index: it may hold any module.
_OF_THE_USERS_OWN = re.compile(
    r"""^\s*(?:-[erif]\b|--editable|--requirement|--(?:extra-)?index-url|--find-links|\.{1,2}/|/|[\w.-]+\s*@)
    |git\+|file:|\.whl\b|\.tar\.gz\b|\bpath\s*=|\bgit\s*=|\bsource\s*=\s*\{""",
    re.VERBOSE | re.MULTILINE,
)
_NAME = re.compile(r"""(?m)(?:^\s*|["'])([A-Za-z0-9][\w.-]*)\s*(?=$|[=<>~!;\[\s"',#])""")
_WORD = re.compile(r"[a-z0-9]+")
_COMMON_WORDS = frozenset({"python", "lambda", "aws", "name", "version", "src", "app", "handler"})


def may_supply(roots: tuple[Path, ...], module: str) -> str | None:
    """Why an installed distribution may bring the top-level `module`; None if surely none does.

    A plain requirement brings modules that share a word with its name, or nearly always so; one from a
    repository, a folder or another index may bring anything.
    """
    added = usually_added(module)
    if added is not None:
        return added
    words = _words(module)
    for root in roots:
        for name in _FILES:
            text = _read(root / name)
            if _OF_THE_USERS_OWN.search(text) or not words.isdisjoint(_required_words(text)):
                return f"a requirement in `{name}` may bring `{module}`"
    return None


def usually_added(module: str) -> str | None:
    """Says so of a module that layers, plugins and macros add without being asked for in the code."""
    return f"`{module}` is usually added by a layer or a plugin" if module in _WRAPPERS else None


def _required_words(text: str) -> set[str]:
    """The words of the distributions' names in `text`; some words too many make us silent, not wrong."""
    words: set[str] = set()
    for name in _NAME.findall(text):
        words.update(_words(name), {name.lower().replace("-", "").replace("_", "")})
    return words - _COMMON_WORDS


def _words(name: str) -> set[str]:
    return set(_WORD.findall(name.lower().replace("_", " "))) | {name.lower().replace("_", "")}


def _read(path: Path) -> str:
    try:
        return read_text(path)
    except OSError:
        return ""
