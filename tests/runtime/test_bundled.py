"""Which modules the runtimes bring."""

from __future__ import annotations

import sys

import pytest

from handlerlint.runtime.bundled import bundled_modules, distribution_of_removed, left_the_standard_library


@pytest.mark.parametrize(
    ("module", "first", "last"),
    [
        ("json", 8, 14),
        ("boto3", 8, 14),
        ("urllib3", 8, 14),
        ("dateutil", 8, 14),
        ("six", 8, 14),
        ("pip", 8, 14),
        ("pkg_resources", 8, 11),
        ("distutils", 8, 11),
        ("imp", 8, 11),
        ("cgi", 8, 12),
        ("telnetlib", 8, 12),
        ("tomllib", 11, 14),
        ("aws_durable_execution_sdk_python", 13, 14),
    ],
)
def test_versions(module: str, first: int, last: int) -> None:
    with_it = [minor for minor in range(8, 15) if module in bundled_modules((3, minor))]
    assert with_it == list(range(first, last + 1))


@pytest.mark.parametrize("module", ["requests", "numpy", "pandas", "pytz", "yaml", "cfnresponse"])
def test_not_there(module: str) -> None:
    assert not any(module in bundled_modules((3, minor)) for minor in range(8, 15))


def test_inline_code_has_cfnresponse() -> None:
    assert "cfnresponse" in bundled_modules((3, 13), inline=True)


def test_the_running_interpreter_agrees() -> None:
    """Every public module of its standard library, but for those of Windows and of its own tests."""
    elsewhere = {"msilib", "nt", "winreg", "winsound", "msvcrt", "test", "asyncio_test", "_winapi"}
    public = {name for name in sys.stdlib_module_names if not name.startswith("_")} - elsewhere
    missing = public - bundled_modules((sys.version_info[0], sys.version_info[1]))
    assert missing <= {"idlelib", "lib2to3", "xxlimited", "xxlimited_35", "xxsubtype"}


def test_what_left_the_standard_library() -> None:
    assert left_the_standard_library("imp", (3, 12))
    assert not left_the_standard_library("imp", (3, 11))
    assert not left_the_standard_library("requests", (3, 12))
    assert not left_the_standard_library("tomllib", (3, 10))
    assert distribution_of_removed("distutils") == "setuptools"
    assert distribution_of_removed("imp") is None
