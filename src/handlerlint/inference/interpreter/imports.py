"""Imports: running modules of the project when they are imported, and naming those that stubs describe."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import libcst as cst

from handlerlint.inference.core.context import (
    BudgetExceeded,
    Flow,
    Frame,
    InterpreterContext,
    ModuleRecord,
    names_of,
)
from handlerlint.inference.core.dispatch import execute, loads_attributes, may_raise
from handlerlint.inference.core.failing import fail
from handlerlint.inference.domain.failure import Failure
from handlerlint.inference.domain.heap import Namespace, State, lose, name_in
from handlerlint.inference.domain.join import join_states
from handlerlint.inference.domain.unions import join_all, members
from handlerlint.inference.domain.values import (
    NEVER,
    UNBOUND,
    UNKNOWN,
    Constant,
    Instance,
    ModuleValue,
    NamespacePackageValue,
    Reference,
    Site,
    StubValue,
    TupleValue,
    Unknown,
    Value,
    constant,
)
from handlerlint.inference.interpreter import import_failures
from handlerlint.inference.objects import attributes, iterating
from handlerlint.inference.stubs.types import ModuleType
from handlerlint.inference.syntax.scopes import (
    MODULE_SCOPE,
    global_names,
    names_bound_in,
    stored_attributes,
)
from handlerlint.inference.types import queries
from handlerlint.source.imports import absolute_name, dotted
from handlerlint.source.modules import FoundModule


def module_site(name: str) -> Site:
    """The heap address of a module's namespace."""
    return ("module", name)


# --- running modules -------------------------------------------------------------------------------------


def run_module(interpreter: InterpreterContext, state: State, found: FoundModule) -> ModuleRecord | None:
    """Execute a module of the project, once for a state; None when there is no source to look at."""
    if found.file is None or found.file.tree is None:
        return None
    site = module_site(found.name)
    record = interpreter.modules.get(found.name)
    if record is None:
        record = ModuleRecord(found.name, found.file, found.is_package, site)
        interpreter.modules[found.name] = record
        interpreter.by_site[site] = record
    if site in state.heap:
        return record
    state.heap[site] = Namespace({"__name__": constant(found.name)})
    frame = Frame(interpreter, record, site, MODULE_SCOPE, context=interpreter.context("module", found.name))
    body = found.file.tree.body
    outer = interpreter.share()
    states: list[State] = []
    if outer is not None:
        interpreter.running.add(found.name)
        try:
            states = _executed(frame, state.copy(), body)
        except BudgetExceeded:
            if interpreter.work > outer[0]:
                raise
        finally:
            interpreter.restore(outer)
            interpreter.running.discard(found.name)
    if not states:
        # The import fails on every path that is understood, or is too much work: what it binds is not known.
        state.heap[site] = Namespace({}, open=True)
        return record
    state.take(join_states(states))
    return record


def _executed(frame: Frame, state: State, body: Sequence[cst.CSTNode]) -> list[State]:
    """The paths after a module's body, or none if the load certainly fails.

    Where every load comes to the statement that fails, that is noted, and the statement is taken for one that binds
    what nobody knows: there may be more to say.
    """
    interpreter, states = frame.interpreter, [state]
    always = interpreter.always_loaded
    for statement in body:
        interpreter.always_loaded = always and isinstance(statement, cst.SimpleStatementLine)
        uncaught, before = len(interpreter.uncaught), states
        states = execute(frame, states, statement, Flow())
        interpreter.always_loaded = always
        if states:
            continue
        failures = interpreter.uncaught[uncaught:]
        if not (failures and always and not interpreter.trying):
            interpreter.failed_loads += bool(failures)
            break
        interpreter.load_failures.append(failures[0])
        states = [_revived(frame, path, statement) for path in before]
    return states


def _revived(frame: Frame, state: State, statement: cst.CSTNode) -> State:
    """A path that goes on as if the statement had come to its end."""
    state.dead = False
    known = names_of(state, frame.scope).names
    for name in names_bound_in(statement):
        if name not in known:
            state.bind(frame.scope, name, UNKNOWN)
    return state


def _find(frame: Frame, name: str) -> FoundModule | str | None:
    """A module of the project; the name of a namespace package; None when the project has neither."""
    found = frame.interpreter.finder.find(name)
    if found is None:
        return None
    return found if isinstance(found, FoundModule) else name


def import_module(frame: Frame, state: State, name: str) -> Value:
    """The module that `import name` makes available, its parents imported before it."""
    parts, stubs = name.split("."), frame.interpreter.stubs
    found = _find(frame, parts[0])
    described = stubs.module(parts[0]) is not None
    # Of a library beside the code, what stubs say is worth more than its own depths.
    is_installed = isinstance(found, FoundModule) and parts[0] in frame.interpreter.finder.installed(found)
    if found is None or is_installed:
        if described and stubs.module(name) is not None:
            return StubValue(ModuleType(name))
        may_raise(frame, state)
        return Unknown(term=("library", name))
    if described and _is_standard(parts[0]):
        return UNKNOWN  # which of the two the runtime takes depends on what it has imported before
    return _import_of_project(frame, state, parts)


def _import_of_project(frame: Frame, state: State, parts: list[str]) -> Value:
    """The module that a dotted name leads to in the project, its packages imported before it."""
    value: Value = UNKNOWN
    parent: ModuleRecord | None = None
    for length in range(1, len(parts) + 1):
        partial = ".".join(parts[:length])
        found = _find(frame, partial)
        if found is None:
            may_raise(frame, state)
            return UNKNOWN
        if isinstance(found, str):
            value, parent = NamespacePackageValue(partial), None
            continue
        record = run_module(frame.interpreter, state, found)
        if record is None:
            return UNKNOWN
        value = ModuleValue(record.site, partial)
        if parent is not None:
            namespace = names_of(state, parent.site)
            state.heap[parent.site] = Namespace({**namespace.names, parts[length - 1]: value}, namespace.open)
        parent = record
    return value


def _is_standard(name: str) -> bool:
    return name in sys.stdlib_module_names


def submodule(frame: Frame, state: State, name: str) -> Value:
    """`package.sub` of a namespace package: there once it has been imported."""
    found = loaded_submodule(frame, state, name)
    return UNKNOWN if found is None else found


def loaded_submodule(frame: Frame, state: State, name: str) -> Value | None:
    """A module that has been imported already."""
    record = frame.interpreter.modules.get(name)
    if record is not None and record.site in state.heap:
        return ModuleValue(record.site, name)
    if record is None and isinstance(_find(frame, name), str):
        return NamespacePackageValue(name)
    return None


# --- import statements -----------------------------------------------------------------------------------


def execute_import(frame: Frame, state: State, node: cst.Import | cst.ImportFrom) -> None:
    """Bind what an import statement binds."""
    if isinstance(node, cst.Import):
        for alias in node.names:
            _import_one(frame, state, alias)
        return
    name = absolute_name(frame.module.name, frame.module.is_package, node)
    if name is None:
        _bind_unknown(frame, state, node)
        fail(frame, state, import_failures.without_package(frame, node))
        return
    module = import_module(frame, state, name)
    if isinstance(node.names, cst.ImportStar):
        _import_everything(frame, state, module)
        return
    failure: Failure | None = None
    for alias in node.names:
        wanted = dotted(alias.name)
        missing = import_failures.of_library(frame, module, wanted, alias)
        value = NEVER if missing else member_of_module(frame, state, module, name, wanted)
        bound = (
            alias.asname.name.value if alias.asname and isinstance(alias.asname.name, cst.Name) else wanted
        )
        if value is NEVER:
            failure = failure or missing or import_failures.of_project(frame, state, module, wanted, alias)
            value = UNKNOWN
        iterating.bind_name(frame, state, bound, value)
    if failure is not None:
        fail(frame, state, failure)


def _import_one(frame: Frame, state: State, alias: cst.ImportAlias) -> None:
    name = dotted(alias.name)
    value = import_module(frame, state, name)
    if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
        iterating.bind_name(frame, state, alias.asname.name.value, value)
        return
    first = name.partition(".")[0]
    if "." in name:
        value = _top(frame, state, first, value)
    iterating.bind_name(frame, state, first, value)


def _top(frame: Frame, state: State, first: str, value: Value) -> Value:
    match value:
        case StubValue():
            return StubValue(ModuleType(first))
        case ModuleValue() | NamespacePackageValue():
            record = frame.interpreter.modules.get(first)
            return NamespacePackageValue(first) if record is None else ModuleValue(record.site, first)
        case _:
            return UNKNOWN


def _bind_unknown(frame: Frame, state: State, node: cst.ImportFrom) -> None:
    may_raise(frame, state)
    if isinstance(node.names, cst.ImportStar):
        _open(state, frame)
        return
    for alias in node.names:
        name = (
            alias.asname.name.value
            if alias.asname and isinstance(alias.asname.name, cst.Name)
            else dotted(alias.name)
        )
        iterating.bind_name(frame, state, name, UNKNOWN)


def member_of_module(frame: Frame, state: State, module: Value, name: str, wanted: str) -> Value:
    """What `from name import wanted` binds; Never where the import certainly fails."""
    match module:
        case ModuleValue(site=site):
            namespace = names_of(state, site)
            if wanted in namespace.names:
                return attributes.attribute(frame, state, module, wanted, cst.Pass())
            sub = (
                import_module(frame, state, f"{name}.{wanted}") if _find(frame, f"{name}.{wanted}") else None
            )
            if sub is not None:
                return sub
            return UNKNOWN if namespace.open or "__getattr__" in namespace.names else _missing(frame, name)
        case NamespacePackageValue():
            return import_module(frame, state, f"{name}.{wanted}")
        case StubValue():
            if (name, wanted) in (("typing", "TYPE_CHECKING"), ("typing_extensions", "TYPE_CHECKING")):
                return constant(False)
            found = queries.stub_member(frame, name, wanted)
            if found is not None:
                return found
            if frame.interpreter.stubs.module(f"{name}.{wanted}") is not None:
                return StubValue(ModuleType(f"{name}.{wanted}"))
            may_raise(frame, state)
            return Unknown(term=("library", name, wanted))
        case Unknown(term=("library", *_)):
            return Unknown(term=("library", name, wanted))
        case _:
            return UNKNOWN


def _missing(frame: Frame, name: str) -> Value:
    # A module that is being imported further up has not bound all its names yet: an import cycle.
    interpreter, record = frame.interpreter, frame.interpreter.modules.get(name)
    is_certain = record is not None and interpreter.finished(record) and not interpreter.reaches_modules
    return NEVER if is_certain else UNKNOWN


def _import_everything(frame: Frame, state: State, module: Value) -> None:
    if isinstance(module, ModuleValue):
        namespace = names_of(state, module.site)
        exported = _exported(state, namespace)
        for name in exported:
            if name in namespace.names:
                iterating.bind_name(frame, state, name, namespace.names[name])
        if namespace.open:
            _open(state, frame)
        return
    if isinstance(module, StubValue) and isinstance(module.type, ModuleType):
        stub = frame.interpreter.stubs.module(module.type.name)
        if stub is not None and not stub.is_partial:
            names = stub.exports or tuple(name for name in stub.members if not name.startswith("_"))
            for name in names:
                value = queries.stub_member(frame, module.type.name, name)
                iterating.bind_name(frame, state, name, UNKNOWN if value is None else value)
            return
    _open(state, frame)


def _open(state: State, frame: Frame) -> None:
    namespace = names_of(state, frame.scope)
    state.heap[frame.scope] = Namespace(namespace.names, open=True)


def lose_globals(interpreter: InterpreterContext, state: State) -> None:
    """Code of the project has run that was not followed: what modules hold may be changed, names be bound anew."""
    held: list[Value] = []
    stored = _stored_from_outside(interpreter, state)
    for record in interpreter.by_site.values():
        namespace = state.heap.get(record.site)
        if not isinstance(namespace, Namespace):
            continue
        held.extend(namespace.names.values())
        changed = global_names(record.file.text) | stored.get(record.site, set())
        rebound = {name: UNKNOWN for name in changed if name in namespace.names}
        if rebound:
            state.bind_all(record.site, rebound)
    lose(state, held)


def _stored_from_outside(interpreter: InterpreterContext, state: State) -> dict[Site, set[str]]:
    """The names of each module that some code may bind as its attributes: `settings.last_run = …`."""
    found: dict[Site, set[str]] = {}
    for record in interpreter.by_site.values():
        names = names_of(state, record.site).names
        for owner, name in stored_attributes(record.file.text):
            bound = names.get(owner)
            if bound is None:  # as imported in a function
                meant = [
                    site for site, other in interpreter.by_site.items() if other.name.split(".")[-1] == owner
                ]
            else:
                meant = [value.site for value in members(bound) if isinstance(value, ModuleValue)]
            for site in meant:
                found.setdefault(site, set()).add(name)
    return found


def _exported(state: State, namespace: Namespace) -> list[str]:
    listed = namespace.names.get("__all__")
    items: tuple[Value, ...] | None = None
    if isinstance(listed, TupleValue):
        items = listed.items
    elif isinstance(listed, Reference):
        record = state.heap.get(listed.site)
        items = getattr(record, "items", None)
    if items is not None:
        return [str(item.value) for item in items if isinstance(item, Constant)]
    return [name for name in namespace.names if not name.startswith("_")]


@loads_attributes(NamespacePackageValue)
def _of_package(
    frame: Frame, state: State, package: NamespacePackageValue, name: str, node: cst.CSTNode
) -> Value:
    return submodule(frame, state, f"{package.name}.{name}")


@loads_attributes(ModuleValue)
def _of_module(frame: Frame, state: State, value: ModuleValue, name: str, node: cst.CSTNode) -> Value:
    """An attribute of a module: what it binds, a submodule that is loaded, else nothing unless it is open."""
    namespace = names_of(state, value.site)
    bound = namespace.names.get(name)
    if bound is not None:
        state.heap.trace.names.add(name_in(value.site, name))
        found = [member for member in members(bound) if member is not UNBOUND]
        return join_all(found)
    match name:
        case "__name__":
            return constant(value.name)
        case "__file__" | "__doc__":
            return Instance("builtins.str")
        case "__dict__":
            state.heap[value.site] = Namespace(namespace.names, open=True)
            return UNKNOWN
        case _:
            pass
    imported = loaded_submodule(frame, state, f"{value.name}.{name}")
    if imported is not None:
        return imported
    if namespace.open or frame.interpreter.reaches_modules or "__getattr__" in namespace.names:
        return UNKNOWN
    may_raise(frame, state)
    return NEVER
