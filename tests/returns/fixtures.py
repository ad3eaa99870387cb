"""Reads the fixtures under `tests/fixtures/returns` and `…/sdk`: their events, and what is expected where."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parent.parent / "fixtures" / "returns"
SDK_ROOT = Path(__file__).parent.parent / "fixtures" / "sdk"

_EVENT = re.compile(r"#\s*event:\s*(.+)")
_RAISES = re.compile(r"#\s*raises:\s*(\w+)\s*$")
_ENVIRONMENT = re.compile(r"#\s*env:\s*(\w+)=(.*)")
_EXPECT = re.compile(r"#\s*expect:\s*(HL\d{3}(?:\s*,\s*HL\d{3})*)\s*$")
_QUESTION = re.compile(r"#\s*a question\s*$")
_LOOKS_LIKE_EXPECT = re.compile(r"#\s*expects?\b", re.IGNORECASE)
_USES_SDK = re.compile(r"^\s*(?:import|from)\s+(?:boto3|botocore)\b", re.MULTILINE)


class MalformedFixture(Exception):
    """The fixture itself is wrong: a comment that cannot be read, no event, no handler."""


@dataclass(frozen=True, slots=True)
class Event:
    """One invocation: the JSON text, and the exception type that it is meant to raise, if any."""

    json: str
    raises: str | None


@dataclass(frozen=True, slots=True, order=True)
class Expectation:
    """One finding: the file relative to the code root, the row, the code."""

    filename: str
    row: int
    code: str

    def __str__(self) -> str:
        return f"{self.filename}:{self.row}: {self.code}"


@dataclass(frozen=True)
class Fixture:
    """One handler with its events. `entry` is the file that holds it, `code_root` the folder of that file."""

    name: str
    category: str
    entry: Path
    files: tuple[Path, ...]

    @property
    def code_root(self) -> Path:
        return self.entry.parent

    @property
    def handler(self) -> str:
        return f"{self.entry.stem}.lambda_handler"

    @cached_property
    def source(self) -> str:
        return self.entry.read_text(encoding="utf-8")

    @cached_property
    def uses_sdk(self) -> bool:
        return any(_USES_SDK.search(file.read_text(encoding="utf-8")) for file in self.files)

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """The events in the order they are sent; all go to one execution environment."""
        found: list[Event] = []
        for line in self._header():
            if match := _EVENT.match(line):
                found.append(Event(self._checked_json(match[1]), None))
            elif match := _RAISES.match(line):
                if not found:
                    raise MalformedFixture(f"{self.name}: `# raises:` stands before the first event")
                found[-1] = Event(found[-1].json, match[1])
        if not found:
            raise MalformedFixture(f"{self.name}: no `# event:` line in the first comments")
        return tuple(found)

    @cached_property
    def environment(self) -> dict[str, str]:
        matches = (_ENVIRONMENT.match(line) for line in self._header())
        return {match[1]: match[2].strip() for match in matches if match}

    @cached_property
    def expectations(self) -> tuple[Expectation, ...]:
        """All expected findings, sorted; a code that stands twice on a line is there twice."""
        return tuple(sorted(found for file in self.files for found in self._expectations_in(file)))

    @cached_property
    def questions(self) -> tuple[Expectation, ...]:
        """Calls of `json.dumps` that fail, and are there to find out whether they do: they mean no finding."""
        return tuple(
            Expectation(file.relative_to(self.code_root).as_posix(), row, "no finding")
            for file in self.files
            for row, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
            if _QUESTION.search(line)
        )

    def _header(self) -> list[str]:
        header: list[str] = []
        for line in self.source.splitlines():
            if not line.startswith("#"):
                break
            header.append(line)
        if not header or _EVENT.match(header[0]):
            raise MalformedFixture(f"{self.name}: the first line must say what the case is about")
        return header

    def _checked_json(self, text: str) -> str:
        try:
            json.loads(text)
        except ValueError as error:
            raise MalformedFixture(f"{self.name}: event is not JSON: {error}") from None
        return text

    def _expectations_in(self, file: Path) -> list[Expectation]:
        filename = file.relative_to(self.code_root).as_posix()
        found: list[Expectation] = []
        for row, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if match := _EXPECT.search(line):
                found += [Expectation(filename, row, code.strip()) for code in match[1].split(",")]
            elif _LOOKS_LIKE_EXPECT.search(line):
                raise MalformedFixture(
                    f"{self.name}: {filename}:{row}: unreadable expectation: {line.strip()}"
                )
        return found

    def return_place(self, wanted: Expectation) -> tuple[str, int]:
        """Where the returned expression starts that an expectation about a part of it stands in."""
        rows = rows_of_returns(self.code_root / wanted.filename)
        return wanted.filename, rows.get(wanted.row, wanted.row)

    def call_rows(self, filename: str, row: int) -> range:
        """The rows of the calls that `row` is one of: an interpreter may name any of them as "the line"."""
        tree = ast.parse((self.code_root / filename).read_text(encoding="utf-8"))
        calls = [
            (node.lineno, node.end_lineno or node.lineno)
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and node.lineno <= row <= (node.end_lineno or node.lineno)
        ]
        return range(min([row, *(start for start, _ in calls)]), max([row, *(end for _, end in calls)]) + 1)


def rows_of_returns(path: Path) -> dict[int, int]:
    """For every row of a `return` statement, the row where what it returns starts."""
    rows: dict[int, int] = {}
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Return) and node.value is not None:
            rows |= dict.fromkeys(range(node.lineno, (node.end_lineno or node.lineno) + 1), node.value.lineno)
    return rows


def all_fixtures() -> list[Fixture]:
    """Every fixture: `<category>/<name>.py`, or a folder `<category>/<name>/` with `app.py` in it."""
    return [*_fixtures_in(ROOT), *_fixtures_in(SDK_ROOT, prefix="sdk/")]


def _fixtures_in(root: Path, prefix: str = "") -> list[Fixture]:
    """`_setup.py` beside the fixtures is no fixture: `child.py` calls its `setup()` before each of them."""
    found: list[Fixture] = []
    for category in sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] not in "._"):
        for path in sorted(category.iterdir()):
            name = f"{prefix}{category.name}/{path.stem}"
            if path.suffix == ".py" and path.name[0] != "_":
                found.append(Fixture(name, category.name, path, (path,)))
            elif path.is_dir() and path.name != "__pycache__":
                files = tuple(sorted(path.rglob("*.py")))
                found.append(Fixture(name, category.name, path / "app.py", files))
    return found
