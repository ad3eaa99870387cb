"""Writes src/handlerlint/runtime/library_names.txt: which names of the standard library only some Pythons have.

python tools/build_library_names.py PYTHON…

Each argument is a CPython interpreter on Linux, one for each version: 2.7 and 3.6 on. Each is asked for the public
names of its modules, then for every name that any of them has: only what `getattr` and `import` do not give is absent.
Of functions that take no `**keywords` the names of their parameters are compared, too. A line of the table is a module
or a function, then its names or parameters, each with the first and the last version that has it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from handlerlint.runtime.runtimes import Version, standard_library

TARGET = Path(__file__).parents[1] / "src/handlerlint/runtime/library_names.txt"
LEFT_OUT = (
    *(
        "antigravity",
        "curses",
        "distutils",
        "ensurepip",
        "idlelib",
        "lib2to3",
        "msilib",
        "pydoc_data",
        "test",
    ),
    *("this", "tkinter", "turtle", "turtledemo"),
    *("ctypes", "readline", "socket", "sqlite3", "ssl"),  # differ by how a Python was built
)
PATCHED = ("email.utils",)  # patch releases have added names

# Run by each interpreter, 2.7 among them.
NAMES = r"""
import importlib, json, pkgutil, sys, types, warnings
warnings.simplefilter("ignore")
found = {}
def look(name):
    try:
        module = importlib.import_module(name)
    except BaseException:
        return
    names = [one for one in dir(module) if not one.startswith("_")]
    found[name] = [one for one in names if not isinstance(getattr(module, one, None), types.ModuleType)]
    path = getattr(module, "__path__", None)
    for _, inner, _ in pkgutil.iter_modules(path) if path else ():
        if not inner.startswith("_") and inner not in ("test", "tests"):
            look(name + "." + inner)
for name in json.load(sys.stdin):
    look(name)
json.dump([list(sys.version_info[:2]), found], sys.stdout)
"""
PRESENT = r"""
import importlib, inspect, json, re, sys, warnings
warnings.simplefilter("ignore")
present, parameters = {}, {}
def has(module, name):
    try:
        return hasattr(module, name) or bool(importlib.import_module(module.__name__ + "." + name))
    except BaseException:
        return False
def taken(function):
    if sys.version_info < (3,) or isinstance(function, type) and type(function) is not type:
        return None
    try:
        signature = inspect.signature(function, follow_wrapped=False)
    except (AttributeError, TypeError, ValueError):
        name = re.escape(str(getattr(function, "__name__", "?")))
        written = re.match(name + r"\((\*\w+(?:, \w+=\w+)*)\)", str(function.__doc__))
        return None if written is None else re.findall(r"(\w+)=", written.group(1))
    kinds = [one.kind for one in signature.parameters.values()]
    if any(kind == kind.VAR_KEYWORD for kind in kinds):
        return "any"
    named = [one for one in signature.parameters.values() if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY)]
    return [one.name for one in named]
for name, names in json.load(sys.stdin).items():
    try:
        module = importlib.import_module(name)
    except BaseException:
        continue
    present[name] = [one for one in names if has(module, one)]
    for one in present[name]:
        value = getattr(module, one, None)
        if callable(value):
            parameters[name + "." + one] = taken(value)
json.dump([present, parameters], sys.stdout)
"""


def asked(python: str, program: str, data: object) -> list[object]:
    """What an interpreter answers, as JSON."""
    done = subprocess.run(
        [python, "-c", program], input=json.dumps(data), stdout=subprocess.PIPE, encoding="utf-8", check=True
    )
    answer: list[object] = json.loads(done.stdout.splitlines()[-1])
    return answer


def ranges(having: Iterable[Version], versions: list[Version]) -> str | None:
    """`first-last` of the versions that have something; None where all have it, or there is a gap."""
    held = sorted(having)
    if not held or len(held) == len(versions):
        return None
    first, last = versions.index(held[0]), versions.index(held[-1])
    if versions[first : last + 1] != held:
        return None
    start = "" if first == 0 else "{}.{}".format(*held[0])
    end = "" if last == len(versions) - 1 else "{}.{}".format(*held[-1])
    return f"{start}-{end}"


def table(pythons: list[str]) -> list[str]:
    """The lines of the table."""
    standard = sorted(set().union(*(standard_library((3, minor)) for minor in range(6, 15))) - set(LEFT_OUT))
    standard += ["urllib2", "urlparse", "__future__"]
    by_version: dict[Version, str] = {}
    names: dict[str, set[str]] = {}
    for python in pythons:
        version, found = asked(python, NAMES, standard)
        assert isinstance(version, list) and isinstance(found, dict)
        by_version[version[0], version[1]] = python
        for module, own in found.items():
            names.setdefault(module, set()).update(own)
    answers = {
        version: asked(python, PRESENT, {module: sorted(own) for module, own in names.items()})
        for version, python in by_version.items()
    }
    lines: list[str] = []
    for module in sorted(set(names) - set(PATCHED)):
        with_module = sorted(version for version, (present, _) in answers.items() if module in present)  # type: ignore[operator]
        entries = [
            f"{name}:{span}"
            for name in sorted(names[module])
            if (span := ranges([v for v in with_module if name in answers[v][0][module]], with_module))  # type: ignore[index]
        ]
        if entries:
            lines.append(f"{module} {' '.join(entries)}")
        for name in sorted(names[module]):
            function = f"{module}.{name}"
            takes = {v: answers[v][1].get(function) for v in with_module}  # type: ignore[attr-defined]
            known = {version: taken for version, taken in takes.items() if taken is not None}
            if "any" in known.values():
                continue
            every = sorted(set().union(*known.values()))
            spans = [
                f"{one}:{span}"
                for one in every
                if (span := ranges([v for v in known if one in known[v]], sorted(known)))
            ]
            if spans:
                lines.append(f"{function}() {' '.join(spans)}")
    return lines


if __name__ == "__main__":
    TARGET.write_text("\n".join(table(sys.argv[1:])) + "\n", encoding="utf-8")
