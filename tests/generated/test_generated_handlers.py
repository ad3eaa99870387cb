"""Property: of a handler of which no run fails nothing is said; of those that fail, the share found is printed.

`--programs 20000` draws so many, `--first-program` says where they begin. A failure shows the smallest programs of
which something wrong is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from .grammar import Drawn, drawn
from .judging import errors, judged
from .many import PREFIX, ROWS
from .questions import SUBJECTS
from .running import MOST_RUNS, run, run_count
from .shares import FALSE, FOUND, MISSED, NOT_JUDGED, PROPERTY, SILENT
from .shrinking import shrunk
from .writing import Subject

SHORT_RUN = 150
SHOWN = 3
KNOWN = Path(__file__).parents[1] / "fixtures" / "generated"
BY_NAME = {".".join(subject.path): subject for subject in (*SUBJECTS, ROWS, PREFIX)}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "numbers" in metafunc.fixturenames:
        first, count = (metafunc.config.getoption(name) for name in ("--first-program", "--programs"))
        chunks = [
            range(start, min(start + SHORT_RUN, first + count))
            for start in range(first, first + count, SHORT_RUN)
        ]
        metafunc.parametrize("numbers", chunks, ids=lambda chunk: f"{chunk.start}-{chunk.stop - 1}")


@pytest.mark.usefixtures("bucket")
def test_nothing_is_said_of_a_handler_that_never_fails(
    numbers: range,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    programs = [drawn(number) for number in numbers]
    judgeable = [program for program in programs if run_count(program.subjects) <= MOST_RUNS]
    seen = Counter({NOT_JUDGED: len(programs) - len(judgeable)})
    said = judged({f"program_{program.seed}": program.text for program in judgeable}, tmp_path)
    false: list[Drawn] = []
    for program in judgeable:
        outcome = run(program.text, program.subjects)
        assert outcome.failing or not outcome.raised, (program.seed, outcome.raised)
        is_reported = bool(errors(said[f"program_{program.seed}"]))
        if outcome.failing:
            seen[FOUND if is_reported else MISSED] += 1
        else:
            seen[FALSE if is_reported else SILENT] += 1
            false += [program] * is_reported
    record_property(PROPERTY, dict(seen))
    assert seen[FOUND] and seen[SILENT]  # a property that only ever sees one side proves nothing
    assert not false, _shown(false, tmp_path)


def _shown(false: list[Drawn], folder: Path) -> str:
    shown = [f"{len(false)} false errors: {[program.seed for program in false]}"]
    for program in false[:SHOWN]:
        shown += [f"# {program.seed}", shrunk(program.text, program.subjects, folder)]
    return "\n\n".join(shown)


@pytest.fixture(scope="module")
def said_of_known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The errors of every program under KNOWN."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in KNOWN.glob("*.py")}
    found = judged(texts, tmp_path_factory.mktemp("known"))
    return {name: errors(findings) for name, findings in found.items()}


@pytest.mark.parametrize("path", sorted(KNOWN.glob("*.py")), ids=lambda path: path.stem)
@pytest.mark.usefixtures("bucket")
def test_nothing_is_said_of_a_small_one(path: Path, said_of_known: dict[str, list[str]]) -> None:
    text = path.read_text(encoding="utf-8")
    outcome = run(text, _subjects(text), until_raised=True)
    if outcome.failing or outcome.raised:
        pytest.fail(f"{path} is not right: {outcome}", pytrace=False)
    assert said_of_known[path.stem] == []


def _subjects(text: str) -> tuple[Subject, ...]:
    """What the program asks about, as its second line says."""
    names = text.splitlines()[1].removeprefix("# asks:").strip()
    return tuple(BY_NAME[name] for name in names.split(", ") if name)
