"""The tables of module names in runtime/runtimes.py, compared with the real interpreters."""

from __future__ import annotations

import pytest

from handlerlint.runtime.runtimes import builtin_modules, standard_library

from ..source import interpreters

_NAMES = """
import json, os, pkgutil, sys
names = getattr(sys, "stdlib_module_names", None)
if names is None:
    folder = os.path.dirname(os.__file__)
    names = {module.name for module in pkgutil.iter_modules([folder, folder + "/lib-dynload"])}
    names |= set(sys.builtin_module_names) | {"__future__"}
    names -= {"test", "xxlimited", "xxsubtype"}
print(json.dumps([sorted(sys.builtin_module_names), sorted(names)]))
"""
# Modules of other systems, which sys.stdlib_module_names lists everywhere, and those no build needs to have.
_ELSEWHERE = {"msilib", "msvcrt", "nt", "winreg", "winsound", "xxsubtype", "xxlimited"}


@pytest.mark.parametrize("version", [(3, minor) for minor in range(6, 15)])
def test_module_names(version: tuple[int, int]) -> None:
    if interpreters.interpreter(version) is None:
        pytest.skip(f"no python{version[0]}.{version[1]} here")
    names = interpreters.run(version, _NAMES)
    assert isinstance(names, list)
    builtin, standard = names
    assert builtin_modules(version) == set(builtin) - {"xxsubtype"}
    if version >= (3, 8):
        public = {name for name in standard if not name.startswith("_")} | {"__future__"}
        assert standard_library(version) - _ELSEWHERE == public - _ELSEWHERE
