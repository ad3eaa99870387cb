"""The handlers of a large project, checked by several processes. Called by `linter`."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from handlerlint.errors import UserError, described
from handlerlint.records import dataclass
from handlerlint.settings import display_name

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

    from handlerlint.findings import Finding
    from handlerlint.functions.model import LambdaFunction
    from handlerlint.project.looks import Looks
    from handlerlint.settings import Settings

Group = tuple["LambdaFunction", ...]
# In which way functions were not checked ("not resolved", "not analysed"), and why.
Unchecked = tuple[str, str]
MakerArguments = tuple["Settings", Mapping[Path, str], Collection[str], "Looks | None"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of one group: findings, failures of ours, the looks made for it alone, and why it is unchecked."""

    findings: tuple[Finding, ...]
    failures: tuple[str, ...] = ()
    looks: frozenset[str] = frozenset()
    unchecked: Unchecked | None = None


# What came of each group, and what was seen on the way, if that is watched.
Part = tuple[list[Checked], "Looks | None"]
CheckGroups = Callable[[Sequence[Group]], Part]

# A process costs as much as some handlers do: fewer are checked faster by one.
_FEWEST_PER_PROCESS = 8
_BETWEEN = 0.25  # seconds after which it is told again how much is done
_PARTS_PER_PROCESS = 4  # so that none waits long for the others at the end


def process_count(groups: int, jobs: int) -> int:
    """How many processes are worth it for that many groups of functions."""
    return max(1, min(jobs, groups // _FEWEST_PER_PROCESS))


def checked_by_processes(
    groups: Sequence[Group],
    processes: int,
    maker: Callable[..., CheckGroups],
    arguments: MakerArguments,
    waiting: Callable[[int, int], None],
) -> Iterator[tuple[Sequence[int], Part]]:
    """What `maker(*arguments)`, called once in each process, says of the groups: some at a time, by index.

    Where a process dies or fails, each of its groups gets one of its own, and the one that kills it is a failure.
    Meanwhile `waiting` is told how many groups are done, and of how many.
    """
    parts = _in_parts(groups, processes)
    with _pool(processes, maker, arguments) as pool:
        futures = [pool.submit(_check, [groups[index] for index in part]) for part in parts]
        _wait(futures, [len(part) for part in parts], waiting)
        results = [_result(future) for future in futures]
    for part, result in zip(parts, results, strict=True):
        if not isinstance(result, str):
            yield part, result
            continue
        for index in part:
            with _pool(1, maker, arguments) as pool:
                alone = _result(pool.submit(_check, [groups[index]]))
            if isinstance(alone, str):
                alone = [Checked((), (_failure(groups[index], arguments[0], alone),))], None
            yield [index], alone


def _in_parts(groups: Sequence[Group], processes: int) -> list[list[int]]:
    """The indexes in lists of similar length; those of one code root stay together and share its modules."""
    ordered = sorted(range(len(groups)), key=lambda index: str(groups[index][0].code_root))
    length = -(-len(ordered) // (processes * _PARTS_PER_PROCESS))
    return [ordered[start : start + length] for start in range(0, len(ordered), length)]


def _wait(futures: Sequence[Future[Part]], sizes: Sequence[int], waiting: Callable[[int, int], None]) -> None:
    """Until all are done; `waiting` is told how much is, several times a second."""
    from concurrent.futures import wait

    while pending := [future for future in futures if not future.done()]:
        done = sum(size for future, size in zip(futures, sizes, strict=True) if future.done())
        waiting(done, sum(sizes))
        wait(pending, timeout=_BETWEEN, return_when="FIRST_COMPLETED")


def _result(future: Future[Part]) -> Part | str:
    """What came of it, or why nothing did."""
    from concurrent.futures.process import BrokenProcessPool

    try:
        return future.result()
    except BrokenProcessPool:
        return "the process died"
    except UserError:
        raise
    except Exception as error:
        return described(error)


def _failure(group: Group, settings: Settings, why: str) -> str:
    function = group[0]
    root = function.code_root
    place = function.name if root is None else display_name(root, settings.working_folder)
    return f"{place}: handler {function.handler}: {why}"


def _pool(
    processes: int, maker: Callable[..., CheckGroups], arguments: MakerArguments
) -> ProcessPoolExecutor:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # What is imported already need not be imported again; elsewhere forking is not safe.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    return ProcessPoolExecutor(processes, context, _prepare, (maker, arguments))


_checks: list[CheckGroups] = []


def _prepare(maker: Callable[..., CheckGroups], arguments: MakerArguments) -> None:
    """Called once in each process."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Control-C ends it without a traceback
    _checks.append(maker(*arguments))


def _check(part: Sequence[Group]) -> Part:
    return _checks[-1](part)
