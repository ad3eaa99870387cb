"""Who invokes the functions of a Python CDK application, as calls that take them say; called by `python_apps`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import libcst as cst

from handlerlint.functions.event_sources import distinct, kind_of_principal
from handlerlint.functions.model import EventSource
from handlerlint.functions.programs.cdk.constructs import Construct, function_call
from handlerlint.functions.programs.cdk.evaluation import Program
from handlerlint.functions.programs.cdk.frames import Frame
from handlerlint.functions.programs.cdk.results import Made, Symbol, Value
from handlerlint.functions.programs.cdk.scopes import CallSite, dotted_name
from handlerlint.functions.programs.cdk.takers import (
    METHODS,
    TAKERS,
    function_url,
    source_of_event_source,
    source_of_mapping,
    source_of_taker,
    taker_name,
)
from handlerlint.records import dataclass

Found = Iterator[tuple[Construct, EventSource]]

_RULE = "aws_cdk.aws_events.Rule"
_RULE_TARGET = "aws_cdk.aws_events_targets.LambdaFunction"
_BY_RULE = EventSource("event-bridge-rule")


def connections_of(constructs: list[Construct], program: Program) -> list[tuple[EventSource, ...]]:
    """The event sources of each function."""
    found = _Connections(constructs, program).found()
    return [distinct(found.get(id(construct), ())) for construct in constructs]


@dataclass(frozen=True, slots=True)
class _Use:
    """A call in one frame, with the values of its arguments."""

    site: CallSite
    frame: Frame
    arguments: Mapping[str, Value]

    def node(self, key: str) -> cst.BaseExpression | None:
        """The expression of an argument by its name or index."""
        index = 0
        for argument in self.site.call.args:
            name = None if argument.keyword is None else argument.keyword.value
            if name == key or (name is None and not argument.star and str(index) == key):
                return argument.value
            index += name is None
        return None


class _Connections:
    """Finds the calls that take functions, and tells which functions these are."""

    def __init__(self, constructs: list[Construct], program: Program) -> None:
        self._program = program
        self._by_call: dict[int, list[Construct]] = {}
        self._by_target: dict[str, list[Construct]] = {}
        for construct in constructs:
            self._by_call.setdefault(id(construct.site.call), []).append(construct)
            if construct.site.target is not None:
                self._by_target.setdefault(construct.site.target, []).append(construct)

    def found(self) -> dict[int, list[EventSource]]:
        """The event sources by the identity of the construct."""
        sources: dict[int, list[EventSource]] = {}
        for readers in (self._own, self._takers, self._methods, self._mappings, self._pools, self._rules):
            for construct, source in readers():
                sources.setdefault(id(construct), []).append(source)
        # Permissions last: they say less than what they are for.
        for construct, source in self._permissions():
            known = sources.setdefault(id(construct), [])
            if source.kind not in {other.kind for other in known}:
                known.append(source)
        return sources

    # Which function is meant

    def _functions(
        self, value: Value, node: cst.BaseExpression | None, site: CallSite
    ) -> Iterator[Construct]:
        """The functions that an argument names: by its value, or else by the variable of the same scope."""
        if isinstance(value, (list, dict)):
            for item in value if isinstance(value, list) else value.values():
                yield from self._functions(item, None, site)
            return
        call = function_call(value, self._program)
        if call is not None:
            yield from self._made_by(*call)
        elif isinstance(value, Made) and _is_structure(value):
            for item in value.arguments.values():
                yield from self._functions(item, None, site)
        elif not isinstance(value, Made) and node is not None:
            yield from self._named(node, site)

    def _made_by(self, call: cst.Call, arguments: Mapping[str, Value]) -> list[Construct]:
        made = self._by_call.get(id(call), [])
        exact = [construct for construct in made if construct.arguments == arguments]
        return exact if exact or len(made) > 1 else made

    def _named(self, node: cst.BaseExpression, site: CallSite) -> Iterator[Construct]:
        name = dotted_name(node)
        if isinstance(node, cst.Attribute) and name is not None and name.endswith(("_arn", ".function_name")):
            name = name.rpartition(".")[0]
        for construct in self._by_target.get(name or "", ()):
            made = construct.site
            if (name or "").startswith("self."):
                is_seen = site.scope.enclosing_class is made.scope.enclosing_class
            else:
                is_seen = site.scope is made.scope
            if is_seen:
                yield construct

    def _uses(self, names: Iterable[str]) -> Iterator[_Use]:
        for name in names:
            for site in self._program.sites_of(name):
                for frame in self._program.frames(site):
                    yield _Use(site, frame, self._program.arguments(site.call, frame))

    def _constructs(self, names: Iterable[str]) -> Iterator[tuple[str, _Use]]:
        """The calls of constructs of the CDK of these names, with their paths."""
        for name in dict.fromkeys(name.rpartition(".")[2] for name in names):
            for site in self._program.sites_of(name):
                symbol = self._program.value(site.call.func, Frame(site.scope))
                if isinstance(symbol, Symbol) and symbol.path.startswith(
                    ("aws_cdk.", "aws_solutions_constructs.")
                ):
                    for frame in self._program.frames(site):
                        yield symbol.path, _Use(site, frame, self._program.arguments(site.call, frame))

    def _given(self, use: _Use, keys: Iterable[str]) -> Iterator[Construct]:
        for key in keys:
            if key in use.arguments:
                yield from self._functions(use.arguments[key], use.node(key), use.site)

    def _receivers(self, use: _Use) -> Iterator[Construct]:
        function = use.site.call.func
        if isinstance(function, cst.Attribute):
            value = self._program.value(function.value, use.frame)
            yield from self._functions(value, function.value, use.site)

    # Who invokes it

    def _own(self) -> Found:
        for constructs in self._by_call.values():
            for construct in constructs:
                events = construct.arguments.get("events")
                for event in events if isinstance(events, list) else ():
                    source = source_of_event_source(event)
                    if source is not None:
                        yield construct, source

    def _takers(self) -> Found:
        for path, use in self._constructs(TAKERS):
            name = taker_name(path)
            if name not in TAKERS:
                continue
            source = source_of_taker(name, use.arguments)
            if source.kind == "alb":
                source = self._target_of_load_balancer(use)
            for construct in self._given(use, TAKERS[name][1]):
                yield construct, source

    def _target_of_load_balancer(self, use: _Use) -> EventSource:
        """Whether headers have several values is said by the target group, which may be somewhere else."""
        multi_value: object = None
        parent = use.site.parent
        around = {} if parent is None else self._program.arguments(parent.call, use.frame)
        if "multi_value_headers_enabled" in around:
            multi_value = around["multi_value_headers_enabled"]
        elif not any("multi_value_headers" in file.module.code for file in self._program.files):
            multi_value = False
        return EventSource(
            "alb", {"multi_value_headers": multi_value if isinstance(multi_value, bool) else None}
        )

    def _methods(self) -> Found:
        for use in self._uses(("add_event_source",)):
            source = source_of_event_source(use.arguments.get("0", use.arguments.get("source")))
            for construct in self._receivers(use) if source is not None else ():
                assert source is not None
                yield construct, source
        for use in self._uses(("add_function_url",)):
            for construct in self._receivers(use):
                yield construct, function_url(use.arguments)
        for method, (kind, keys) in METHODS.items():
            for use in self._uses((method,)):
                for construct in self._given(use, keys):
                    yield construct, EventSource(kind)

    def _mappings(self) -> Found:
        for use in self._uses(("add_event_source_mapping",)):
            for construct in self._receivers(use):
                yield construct, source_of_mapping(use.arguments)
        for path, use in self._constructs(("EventSourceMapping", "CfnEventSourceMapping")):
            if path.startswith("aws_cdk.aws_lambda."):
                for construct in self._given(use, ("target", "function_name")):
                    yield construct, source_of_mapping(use.arguments)

    def _pools(self) -> Found:
        """The user pools that a function has triggers of, all in one, as in a template."""
        triggers: dict[int, tuple[Construct, list[str]]] = {}
        for construct, trigger in self._triggers():
            named = triggers.setdefault(id(construct), (construct, []))[1]
            if trigger not in named:
                named.append(trigger)
        for construct, named in triggers.values():
            yield construct, EventSource("cognito", {"triggers": tuple(named)})

    def _triggers(self) -> Iterator[tuple[Construct, str]]:
        """The functions with the names of their triggers as in CloudFormation."""
        for path, use in self._constructs(("UserPoolTriggers", "LambdaConfigProperty")):
            if path.startswith("aws_cdk.aws_cognito."):
                for key in use.arguments:
                    for construct in self._given(use, (key,)):
                        yield construct, _camel_case(key)
        for use in self._uses(("add_trigger",)):
            operation = use.arguments.get("0", use.arguments.get("operation"))
            if isinstance(operation, Symbol) and operation.path.startswith("aws_cdk.aws_cognito."):
                for construct in self._given(use, ("1", "fn")):
                    yield construct, _camel_case(operation.path.rpartition(".")[2].lower())

    def _rules(self) -> Found:
        """The targets of rules; a target that is added somewhere else is one of a rule all the same."""
        told: set[int] = set()
        for source, targets, use in (*self._rules_with_targets(), *self._targets_added()):
            for target in targets if isinstance(targets, list) else (targets,):
                if isinstance(target, Made) and target.path == _RULE_TARGET:
                    function = target.arguments.get("0", target.arguments.get("handler"))
                    for construct in self._functions(function, None, use.site):
                        told.add(id(target.call))
                        yield construct, source
        for path, use in self._constructs(("CfnRule",)):
            if path == "aws_cdk.aws_events.CfnRule":
                for construct in self._given(use, ("targets",)):
                    yield construct, _source_of_rule(use.arguments, "schedule_expression")
        for _, use in self._constructs(("EventbridgeToLambda",)):
            properties = use.arguments.get("event_rule_props")
            arguments = properties.arguments if isinstance(properties, Made) else {}
            for construct in self._given(use, ("existing_lambda_obj", "lambda_function_props")):
                yield construct, _source_of_rule(arguments, "schedule")
        for path, use in self._constructs((_RULE_TARGET,)):
            if path == _RULE_TARGET and id(use.site.call) not in told:
                for construct in self._given(use, ("0", "handler")):
                    yield construct, self._source_around(use)

    def _rules_with_targets(self) -> Iterator[tuple[EventSource, Value, _Use]]:
        for path, use in self._constructs((_RULE,)):
            if path == _RULE:
                yield _source_of_rule(use.arguments, "schedule"), use.arguments.get("targets"), use

    def _targets_added(self) -> Iterator[tuple[EventSource, Value, _Use]]:
        for use in self._uses(("add_target",)):
            function = use.site.call.func
            rule = (
                self._program.value(function.value, use.frame)
                if isinstance(function, cst.Attribute)
                else None
            )
            if isinstance(rule, Made) and rule.path == _RULE:
                target = use.arguments.get("0", use.arguments.get("target"))
                yield _source_of_rule(rule.arguments, "schedule"), target, use

    def _source_around(self, use: _Use) -> EventSource:
        """The rule that a target stands in, where its function is known by its name only."""
        parent = use.site.parent
        if parent is None:
            return _BY_RULE
        made = self._program.value(parent.call, use.frame)
        if parent.name == "add_target" and isinstance(parent.call.func, cst.Attribute):
            made = self._program.value(parent.call.func.value, use.frame)
        is_rule = isinstance(made, Made) and made.path == _RULE
        return _source_of_rule(made.arguments, "schedule") if is_rule else _BY_RULE

    def _permissions(self) -> Found:
        for use in self._uses(("add_permission", "grant_invoke")):
            principal = use.arguments.get("principal", use.arguments.get("grantee"))
            if principal is None:
                principal = use.arguments.get("0" if use.site.name == "grant_invoke" else "1")
            for construct in self._receivers(use):
                yield from ((construct, source) for source in _allowed(principal))
        for path, use in self._constructs(("CfnPermission",)):
            if path == "aws_cdk.aws_lambda.CfnPermission":
                for construct in self._given(use, ("function_name",)):
                    yield from ((construct, source) for source in _allowed(use.arguments.get("principal")))


def _is_structure(value: Made) -> bool:
    """Whether a value is a structure of a CloudFormation resource, such as `CfnAgent.ActionGroupExecutorProperty`."""
    return value.path.endswith("Property") and ".Cfn" in value.path


def _source_of_rule(arguments: Mapping[str, Value], schedule: str) -> EventSource:
    return EventSource("schedule") if arguments.get(schedule) is not None else _BY_RULE


def _camel_case(name: str) -> str:
    return "".join(part.title() for part in name.removesuffix("_config").split("_"))


def _allowed(principal: Value) -> Iterator[EventSource]:
    if isinstance(principal, Made) and principal.path == "aws_cdk.aws_iam.ServicePrincipal":
        principal = principal.arguments.get("0", principal.arguments.get("service"))
    kind = kind_of_principal(principal) if isinstance(principal, str) else None
    # The authorizers of AWS IoT have the principal of its rules (docs.aws.amazon.com/iot, custom authorizers).
    if kind is not None and kind != "iot-rule":
        yield EventSource(kind, {"triggers": ()} if kind == "cognito" else {})
