"""What the pages of the documentation show is what happens: `python tools/page_output.py` writes it there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from page_output import PAGES, ROOT, rewritten

from .program import run

SHOWING = [page for page in PAGES if "```console\n" in page.read_text("utf-8")]


def in_this_process(arguments: list[str], folder: Path) -> str:
    done = run(*arguments, folder=folder)
    return f"{done.stdout}{done.stderr}"


@pytest.mark.parametrize("page", SHOWING, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_print_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    text = page.read_text("utf-8")
    assert rewritten(text, tmp_path, in_this_process) == text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_output_is_shown_that_nothing_runs(page: Path) -> None:
    language = None
    for line in page.read_text("utf-8").splitlines():
        if fence := re.match(r" *```+([\w-]*)", line):
            language = fence[1] if language is None else None
        elif language not in (None, "console", "text"):
            assert not re.match(r" *(?:\$ handlerlint|HL\d{3} \w+: )", line)


@pytest.mark.parametrize(
    ("shown", "is_right"),
    [
        ("one\ntwo 2.5 ms\nthree", True),
        ("one\n...", True),
        ("...\nthree", True),
        ("one\n...\nfour", False),
        ("one\nthree", False),
        ("", False),
    ],
)
def test_an_output_that_is_wrong_is_replaced(tmp_path: Path, shown: str, is_right: bool) -> None:
    page = f"```console\n$ handlerlint check\n{shown}\n```\n".replace("\n\n", "\n")
    new = rewritten(page, tmp_path, lambda arguments, folder: "one\ntwo 3 ms\nthree\n")
    assert new == (page if is_right else "```console\n$ handlerlint check\none\ntwo 3 ms\nthree\n```\n")
