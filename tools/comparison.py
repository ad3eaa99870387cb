"""Writes the tables of docs/comparison.md: what other tools find in examples/, by running them.

python tools/comparison.py

Each tool gets a virtual environment of its own, which is removed afterwards, and a copy of the shop in examples/. What
it says at the lines of a mistake is counted, and listed.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from install_peers import make_environment

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "comparison.md"
BEGIN, END = "<!-- made by tools/comparison.py -->\n", "<!-- end -->\n"
Place = tuple[str, int]


@dataclass(frozen=True)
class Tool:
    """How a tool is installed and run in the folder of the application, and which places its output names."""

    name: str
    packages: tuple[str, ...]
    command: tuple[str, ...]
    shown: str
    # What the code imports is installed for tools that follow imports: without it they know less.
    needs_libraries: bool = False


TOOLS = (
    Tool("handlerlint", (str(ROOT),), ("handlerlint", "--output-format=concise"), "handlerlint"),
    Tool(
        "cfn-lint",
        ("cfn-lint",),
        ("cfn-lint", "--format=parseable", "template.yaml"),
        "cfn-lint template.yaml",
    ),
    Tool(
        "sam validate",
        ("aws-sam-cli",),
        ("sam", "validate", "--lint", "--region=eu-central-1", "--template=template.yaml"),
        "sam validate --lint",
    ),
    Tool("pyright", ("pyright[nodejs]",), ("pyright", "--outputjson", "src"), "pyright src", True),
    Tool("mypy", ("mypy",), ("mypy", "--strict", "--no-color-output", "src"), "mypy --strict src", True),
    Tool(
        "ruff",
        ("ruff",),
        ("ruff", "check", "--isolated", "--select=ALL", "--output-format=concise", "src"),
        "ruff check --select ALL src",
    ),
)
LIBRARIES = ("boto3", "boto3-stubs[s3]")


def run(tool: Tool, application: Path) -> tuple[str, dict[Place, list[str]]]:
    """The version of a tool, and its messages by file and line."""
    with tempfile.TemporaryDirectory() as folder:
        packages = (*tool.packages, *(LIBRARIES if tool.needs_libraries else ()))
        programs = make_environment(Path(folder), *packages)
        # The libraries of the application are looked for in the environment of the tool.
        environment = {"PATH": f"{programs}:/usr/bin:/bin", "HOME": folder, "SAM_CLI_TELEMETRY": "0"}
        done = subprocess.run(
            [programs / tool.command[0], *tool.command[1:]],
            cwd=application,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        name = re.split(r"[\[=]", tool.packages[0])[0] if tool.name != "handlerlint" else "handlerlint"
        code = f"from importlib.metadata import version; print(version({name!r}))"
        version = subprocess.run(
            [programs / "python", "-c", code], capture_output=True, text=True, check=True
        )
    return version.stdout.strip(), messages(tool, done, application)


def messages(tool: Tool, done: subprocess.CompletedProcess[str], application: Path) -> dict[Place, list[str]]:
    found: dict[Place, list[str]] = {}

    def add(file: str, line: int, message: str) -> None:
        name = str(Path(file).relative_to(application)) if Path(file).is_absolute() else file
        found.setdefault((name, line), []).append(message)

    if tool.name == "pyright":
        for item in json.loads(done.stdout)["generalDiagnostics"]:
            rule = f" [{item['rule']}]" if "rule" in item else ""
            add(item["file"], item["range"]["start"]["line"] + 1, item["message"].split("\n")[0] + rule)
        return found
    for line in done.stdout.splitlines():
        if match := re.match(r"([\w./-]+\.(?:py|yaml)):(\d+):(?:\d+:)*\s*(.*)", line):
            add(match[1], int(match[2]), match[3])
    if not found and done.returncode not in (0, 1):
        raise SystemExit(f"{tool.name} failed:\n{done.stdout}{done.stderr}")
    if tool.name.startswith("sam") and "is a valid SAM Template" not in done.stdout + done.stderr:
        raise SystemExit(f"{tool.name} says something new:\n{done.stdout}{done.stderr}")
    return found


def mistakes(application: Path) -> dict[str, set[Place]]:
    """The mistakes: those of handlerlint, each with all the places that lead to it, and the function around."""
    done = subprocess.run(
        [sys.executable, "-m", "handlerlint", "--no-cache", "--output-format=json"],
        cwd=application,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    found: dict[str, set[Place]] = {}
    for item in json.loads(done.stdout):
        places = {(item["filename"], item["location"]["row"])}
        places |= {(place["filename"], place["location"]["row"]) for place in item["related"]}
        found[f"[{item['code']}](rules/{item['name']}.md) {item['name']}, `{item['functions'][0]}`"] = places
    return found


def table(application: Path, say: Callable[[str], None]) -> str:
    known = mistakes(application)
    columns: list[tuple[Tool, str, dict[Place, list[str]]]] = []
    for tool in TOOLS:
        version, found = run(tool, application)
        say(f"{tool.name} {version}: {sum(map(len, found.values()))} messages")
        columns.append((tool, version, found))
    lines = ["| tool | command | version | messages |", "| --- | --- | --- | --- |"]
    for tool, version, found in columns:
        lines.append(f"| {tool.name} | `{tool.shown}` | {version} | {sum(map(len, found.values()))} |")
    lines += ["", f"| mistake | {' | '.join(tool.name for tool in TOOLS)} |"]
    lines.append("| --- " * (len(TOOLS) + 1) + "|")
    at_mistakes: list[str] = []
    for name, places in known.items():
        cells = []
        for tool, _, found in columns:
            there = [(place, message) for place in sorted(places) for message in found.get(place, [])]
            cells.append("found" if tool.name == "handlerlint" else str(len(there) or "–"))
            if tool.name != "handlerlint":
                at_mistakes += [f"{tool.name}: {file}:{row}: {message}" for (file, row), message in there]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += [
        "",
        "A number is how many messages a tool has at the lines of that mistake. These are the messages:",
        "",
    ]
    lines += ["```text", *at_mistakes, "```", ""]
    return "\n".join(lines)


def main() -> None:
    """Run all of them and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        application = Path(folder).resolve() / "shop"
        files = subprocess.run(
            ["git", "ls-files", "examples", ":!examples/plugin"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.splitlines()
        for file in files:
            if "aws-documentation" not in file:
                copy = application / Path(file).relative_to("examples")
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes((ROOT / file).read_bytes())
        (application / ".git").mkdir()
        made = table(application, print)
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{made}\n{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    main()
