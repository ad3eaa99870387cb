"""Loads the compact form of a module's stub: kept on the disk, compiled with the wheel, or compiled now."""

from __future__ import annotations

from handlerlint.caching.folder import user_cache_folder
from handlerlint.inference.stubs.codes import ModuleCode
from handlerlint.inference.stubs.disk_cache import StubCache
from handlerlint.inference.stubs.finder import StubFile, StubFinder
from handlerlint.project.view import read_file


class StubLoader:
    """Modules by name, each found, read and compiled at most once."""

    def __init__(
        self, finder: StubFinder, python_version: tuple[int, int], platform: str, use_cache: bool
    ) -> None:
        self._finder = finder
        self._python_version = python_version
        self._platform = platform
        target = f"py{python_version[0]}.{python_version[1]}-{platform}"
        caches = user_cache_folder() if use_cache else None
        self._cache = None if caches is None else StubCache(caches, target)
        self._modules: dict[str, ModuleCode | None] = {}

    def load(self, name: str) -> ModuleCode | None:
        """The compact form of a module; None when it has no stub or its stub does not parse."""
        if name not in self._modules:
            file = self._finder.find(name)
            self._modules[name] = None if file is None else self._read(name, file)
        return self._modules[name]

    def _read(self, name: str, file: StubFile) -> ModuleCode | None:
        cached = self._cache.read(name, file.path) if self._cache is not None else None
        code = cached or self._precompiled(name, file) or self._compile(name, file)
        if code is not None and cached is None and self._cache is not None:
            self._cache.write(file.path, code)
        if code is not None and file.origin == "shipped":
            # Our own stubs tell only of what handlers use.
            code.is_partial = True
        return code

    def _precompiled(self, name: str, file: StubFile) -> ModuleCode | None:
        from handlerlint.inference.stubs.precompiled import precompiled

        return precompiled(name, file, self._python_version, self._platform)

    def _compile(self, name: str, file: StubFile) -> ModuleCode | None:
        from handlerlint.inference.stubs.compile_module import compile_stub
        from handlerlint.inference.stubs.conditions import Target

        target = Target(self._python_version, self._platform)
        try:
            return compile_stub(read_file(file.path), name, file.is_package, target, file.is_source)
        except (OSError, SyntaxError, ValueError, RecursionError):
            return None
