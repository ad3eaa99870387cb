"""What the calls of a CDK application's own classes and functions make, and the frames that they give.

Used by `evaluation`.
"""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from handlerlint.functions.documents.nodes import Unknown
from handlerlint.functions.programs.cdk.frames import Base, Defined, Evaluator, Frame, Instance
from handlerlint.functions.programs.cdk.results import Made, Symbol, Value
from handlerlint.functions.programs.cdk.scopes import Assignment, CallSite, Scope, dotted_name, is_super_init

_MOST_CLASSES = 8
# Decorators that do not change what a call gives back.
_PLAIN = frozenset({"staticmethod", "classmethod", "property", "cached_property", "cache", "lru_cache"})


def frames_by_calls(program: Evaluator, scope: Scope, depth: int) -> Iterator[Frame]:
    """The frames that the calls of a function, or of the class whose constructor it is, give it."""
    for site in _callers(program, scope):
        for caller in program.frames(site, depth + 1):
            frame = _frame_by_call(program, scope, site, caller)
            if frame is not None:
                yield Frame(scope, frame.names, depth)


def _callers(program: Evaluator, scope: Scope) -> Iterator[CallSite]:
    assert isinstance(scope.node, cst.FunctionDef)
    owner = scope.parent
    sites: Iterator[CallSite]
    if _is_constructor(scope) and owner is not None:
        sites = _makers(program, owner, 0)
    else:
        sites = iter(program.sites_of(scope.node.name.value))
    for site in sites:
        if not _is_inside(site.scope, scope):
            yield site


def _makers(program: Evaluator, owner: Scope, depth: int) -> Iterator[CallSite]:
    """The calls of a class, and of those derived from it; `super().__init__` where these have a constructor."""
    assert isinstance(owner.node, cst.ClassDef)
    yield from program.sites_of(owner.node.name.value)
    for derived in program.derived_from(owner.node.name.value) if depth < _MOST_CLASSES else ():
        if own_base(program, derived) is owner:
            constructor = derived.inner.get("__init__")
            if constructor is None:
                yield from _makers(program, derived, depth + 1)
            else:
                yield from (site for site in [_super_site(constructor)] if site is not None)


def _frame_by_call(program: Evaluator, scope: Scope, site: CallSite, caller: Frame) -> Frame | None:
    """The frame that one call gives a function; None if it calls something else of that name."""
    if _is_constructor(scope):
        is_super = is_super_init(site.call.func)
        made = caller.names.get("self") if is_super else program.value(site.call, caller)
        if isinstance(made, Instance):
            return made.constructors.get(scope)
        return None if isinstance(made, Made) else Frame(scope, program.bound(scope, site.call, caller))
    called = program.value(site.call.func, caller)
    if isinstance(called, Defined):
        names = program.bound(scope, site.call, caller, called.instance)
        return Frame(scope, names) if called.scope is scope else None
    owner = site.scope.enclosing_class
    is_other = owner is not None and owner is not scope.parent and _name(scope) in owner.inner
    if is_other and (dotted_name(site.call.func) or "").startswith("self."):
        return None
    return Frame(scope, program.bound(scope, site.call, caller))


def _name(scope: Scope) -> str:
    assert isinstance(scope.node, (cst.FunctionDef, cst.ClassDef))
    return scope.node.name.value


def _is_constructor(scope: Scope) -> bool:
    return (
        _name(scope) == "__init__"
        and scope.parent is not None
        and isinstance(scope.parent.node, cst.ClassDef)
    )


def _is_inside(scope: Scope | None, outer: Scope) -> bool:
    while scope is not None:
        if scope is outer:
            return True
        scope = scope.parent
    return False


def _super_site(constructor: Scope) -> CallSite | None:
    return next(
        (
            site
            for site in constructor.file.calls
            if site.scope is constructor and is_super_init(site.call.func)
        ),
        None,
    )


def own_base(program: Evaluator, owner: Scope) -> Scope | None:
    """The class of the application that a class is derived from."""
    for base in program.bases(owner):
        if (
            isinstance(base, Defined)
            and isinstance(base.scope.node, cst.ClassDef)
            and base.scope is not owner
        ):
            return base.scope
    return None


def instance_of(program: Evaluator, owner: Scope, call: cst.Call | None, caller: Frame | None) -> Instance:
    """What a call of a class makes; with None, an object of which nothing is known."""
    instance = Instance(owner, call)
    if call is not None and caller is not None:
        instance.arguments = program.arguments(call, caller)
    scope: Scope | None = owner
    for _ in range(_MOST_CLASSES):
        assert scope is not None
        constructor = scope.inner.get("__init__")
        if constructor is not None:
            names = program.bound(constructor, call, caller, instance)
            frame = Frame(constructor, names, 0 if caller is None else caller.depth + 1)
            instance.constructors[constructor] = frame
            site = _super_site(constructor)
            call, caller = (None, None) if site is None else (site.call, frame)
        parent = own_base(program, scope)
        if parent is None:
            symbol = next((base for base in program.bases(scope) if isinstance(base, Symbol)), None)
            instance.base = None if symbol is None else Base(symbol, call, caller)
            break
        scope = parent
    return instance


def _lineage(program: Evaluator, instance: Instance) -> Iterator[Scope]:
    scope: Scope | None = instance.scope
    for _ in range(_MOST_CLASSES):
        if scope is None:
            return
        yield scope
        scope = own_base(program, scope)


def attribute_of(program: Evaluator, instance: Instance, name: str, depth: int) -> Value:
    """The value of an attribute; None-like Unknown where the class does not say."""
    for scope in _lineage(program, instance):
        given = attribute_assignments(scope, name)
        if given:
            return _given(program, instance, given, name, depth)
        method = scope.inner.get(name)
        if method is not None:
            defined = Defined(method, instance)
            is_property = _decorators(method) & {"property", "cached_property"}
            return result_of(program, defined, None, Frame(scope, {}, depth)) if is_property else defined
        if name in scope.assigned:
            return program.value(cst.Name(name), Frame(scope, {}, depth))
    return Unknown(f"`{name}` is not known")


def attribute_assignments(owner: Scope, name: str) -> list[tuple[Scope, Assignment]]:
    """What the methods of a class assign to `self.name`; without None, which stands for what comes later."""
    found = [
        (method, assignment)
        for method in owner.inner.values()
        for assignment in method.assigned.get(f"self.{name}", ())
    ]
    return [one for one in found if not _is_none(one[1].value)] or found


def _is_none(value: cst.BaseExpression | None) -> bool:
    return isinstance(value, cst.Name) and value.value == "None"


def _given(
    program: Evaluator, instance: Instance, given: list[tuple[Scope, Assignment]], name: str, depth: int
) -> Value:
    (method, assignment), *others = given
    if others or assignment.value is None:
        return Unknown(f"`{name}` is assigned more than once")
    frame = instance.constructors.get(method)
    frames = [frame] if frame is not None else program.scope_frames(method, depth + 1)
    own = [one for one in frames if one.names.get("self") == instance]
    values = [
        program.value(assignment.value, Frame(method, one.names, depth + 1, assignment.order - 1))
        for one in own or frames
    ]
    return (
        values[0] if all(value == values[0] for value in values) else Unknown(f"`{name}` has several values")
    )


def result_of(program: Evaluator, defined: Defined, call: cst.Call | None, caller: Frame) -> Value:
    """What a call of a function of the application gives back."""
    scope = defined.scope
    if not isinstance(scope.node, cst.FunctionDef):
        return instance_of(program, scope, call, caller)
    name = _name(scope)
    if not scope.returns or scope.node.asynchronous is not None or not _decorators(scope) <= _PLAIN:
        return Unknown(f"the result of `{name}`")
    if len(scope.returns) == 1 and not scope.returns[0].certain:
        return Unknown(f"the result of `{name}`")
    names = program.bound(scope, call, caller if call is not None else None, defined.instance)
    values = [
        program.value(given.value, Frame(scope, names, caller.depth + 1, given.order))
        for given in scope.returns
        if given.value is not None
    ]
    return values[0] if all(value == values[0] for value in values) else Unknown(f"the result of `{name}`")


def _decorators(scope: Scope) -> set[str]:
    assert isinstance(scope.node, cst.FunctionDef)
    names = set()
    for decorator in scope.node.decorators:
        node = decorator.decorator
        name = dotted_name(node.func if isinstance(node, cst.Call) else node)
        names.add((name or "?").rpartition(".")[2])
    return names
