"""May a local variable be bound where it is used? By the syntax alone, and on any path there could be.

The interpreter follows fewer paths than there are. Where it finds a name unbound on all that it follows, this says
whether another one could have bound it.
"""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from handlerlint.inference.syntax.scopes import names_bound_in, nodes_in
from handlerlint.records import dataclass, field


def may_be_bound(function: cst.FunctionDef, use: cst.Name) -> bool:
    """Whether some path from the start of a function to a use of a name could bind it; parameters are none."""
    flow = _Flow(use.value, use)
    flow.block(function.body.body, bound=False)
    return flow.found is not False


@dataclass(slots=True)
class _Loop:
    """Whether the name may be bound where a loop is left, or goes on, in the middle of its body."""

    breaks: bool = False
    continues: bool = False


@dataclass(slots=True)
class _Flow:
    """A walk through a function body with one question: may the name be bound here? None for what is not reached."""

    name: str
    use: cst.Name
    found: bool | None = None
    loops: list[_Loop] = field(default_factory=list)

    def block(self, statements: Sequence[cst.CSTNode], *, bound: bool | None) -> bool | None:
        """Whether it may be bound after some statements."""
        for statement in statements:
            if bound is None:
                return None
            bound = self.statement(statement, bound)
        return bound

    def statement(self, node: cst.CSTNode, bound: bool) -> bool | None:
        """Whether it may be bound after a statement that is reached."""
        match node:
            case cst.SimpleStatementLine(body=body) | cst.IndentedBlock(body=body):
                return self.block(body, bound=bound)
            case cst.If(test=test, body=body, orelse=orelse):
                bound = self.expression(test, bound)
                otherwise = bound if orelse is None else self.statement(orelse, bound)
                return _either(self.block(body.body, bound=bound), otherwise)
            case cst.Else(body=body) | cst.Finally(body=body):
                return self.block(body.body, bound=bound)
            case cst.While() | cst.For():
                return self.loop(node, bound)
            case cst.Try() | cst.TryStar():
                return self.attempt(node, bound)
            case cst.With(body=body):
                inside = self.expression(node, bound, *(item for item in node.items))
                after = self.block(body.body, bound=inside)
                return _either(after, inside or self.binds(body))  # it may swallow an exception
            case cst.Match(subject=subject, cases=cases):
                bound = self.expression(subject, bound)
                ends = [self.block(case.body.body, bound=bound or self.binds(case.pattern)) for case in cases]
                return _either(bound, *ends)
            case cst.Return() | cst.Raise() | cst.Break() | cst.Continue():
                self.jump(node, bound)
                return None
            case _:
                return self.simple(node, bound)

    def jump(self, node: cst.Return | cst.Raise | cst.Break | cst.Continue, bound: bool) -> None:
        """A statement after which nothing of the block is reached; a loop may go on with what is bound there."""
        if isinstance(node, (cst.Return, cst.Raise)):
            self.expression(node, bound)
        elif self.loops:
            loop = self.loops[-1]
            loop.breaks |= bound and isinstance(node, cst.Break)
            loop.continues |= bound

    def simple(self, node: cst.CSTNode, bound: bool) -> bool:
        """Whether it may be bound after a statement that is no choice of paths."""
        after = self.expression(node, bound)
        if isinstance(node, cst.Del) and isinstance(node.target, cst.Name) and self.binds(node):
            return False
        # A function inside may bind it (`nonlocal`), whenever it is called.
        return after or (isinstance(node, cst.FunctionDef) and any(map(self.shares, nodes_in(node))))

    def expression(self, node: cst.CSTNode, bound: bool, *parts: cst.CSTNode) -> bool:
        """Whether it may be bound after what has no statements in it, such as the head of a compound one."""
        for part in parts or (node,):
            binds = self.binds(part)
            walrus = binds and any(isinstance(one, cst.NamedExpr) for one in nodes_in(part))
            if any(one is self.use for one in nodes_in(part)):
                self.found = bool(self.found) or bound or walrus
            bound = bound or binds
        return bound

    def loop(self, node: cst.While | cst.For, bound: bool) -> bool:
        """Whether it may be bound after a loop, whose body may have run before any of its statements."""
        head = node.test if isinstance(node, cst.While) else node.iter
        bound = self.expression(head, bound)
        own = _Loop()
        self.loops.append(own)
        inside = bound or (isinstance(node, cst.For) and self.names(node.target))
        for _ in range(2):  # a round that binds it comes before one that uses it
            end = self.block(node.body.body, bound=inside)
            inside = inside or bool(end) or own.continues
            self.expression(head, bound or inside)
        self.loops.pop()
        after = bound or inside
        if node.orelse is not None:
            after = bool(self.statement(node.orelse, after))
        return after or own.breaks

    def attempt(self, node: cst.Try | cst.TryStar, bound: bool) -> bool | None:
        """Whether it may be bound after a `try`, which may be left behind any of its statements."""
        anywhere = bound or self.binds(node.body)
        end = self.block(node.body.body, bound=bound)
        if node.orelse is not None and end is not None:
            anywhere = anywhere or self.binds(node.orelse)
            end = self.statement(node.orelse, end)
        ends = [end]
        for handler in node.handlers:
            named = handler.name is not None and self.name in names_bound_in(handler)
            if handler.type is not None:
                self.expression(handler.type, anywhere)
            ends.append(self.block(handler.body.body, bound=anywhere or named))
        after = _either(*ends)
        if node.finalbody is None:
            return after
        final = self.statement(
            node.finalbody, anywhere or any(self.binds(handler) for handler in node.handlers)
        )
        return None if after is None or final is None else after or self.binds(node.finalbody)

    def names(self, target: cst.CSTNode) -> bool:
        return any(isinstance(one, cst.Name) and one.value == self.name for one in nodes_in(target))

    def binds(self, node: cst.CSTNode) -> bool:
        return self.name in names_bound_in(node)

    def shares(self, node: cst.CSTNode) -> bool:
        return isinstance(node, cst.Nonlocal) and any(item.name.value == self.name for item in node.names)


def _either(*ends: bool | None) -> bool | None:
    """One of several ways on: whether it may be bound on any that there is."""
    reached = [end for end in ends if end is not None]
    return any(reached) if reached else None
