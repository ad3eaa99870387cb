"""Who invokes the functions of a CDK application, as calls that take them say.

Called by `python_apps` and `typescript_apps`, which find the calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from handlerlint.functions.event_sources import distinct, kind_of_principal
from handlerlint.functions.model import EventSource
from handlerlint.functions.programs.cdk.constructs import Configured
from handlerlint.functions.programs.cdk.results import Made, Symbol, Value
from handlerlint.functions.programs.cdk.takers import (
    METHODS,
    TAKERS,
    function_url,
    source_of_event_source,
    source_of_mapping,
    source_of_taker,
    taker_name,
)
from handlerlint.functions.programs.cdk.uses import Calls, Use

Found = Iterator[tuple[Configured, EventSource]]

_RULE = "aws_cdk.aws_events.Rule"
_RULE_TARGET = "aws_cdk.aws_events_targets.LambdaFunction"
_SOCKET_INTEGRATIONS = [name for name, (kind, _) in TAKERS.items() if kind == "web-socket"]
_BY_RULE = EventSource("event-bridge-rule")


def connections_of(functions: Sequence[Configured], calls: Calls) -> list[tuple[EventSource, ...]]:
    """The event sources of each function."""
    found = _Connections(functions, calls).found()
    return [distinct(found.get(id(function), ())) for function in functions]


class _Connections:
    """Reads who invokes which function."""

    def __init__(self, functions: Sequence[Configured], calls: Calls) -> None:
        self._all = functions
        self._calls = calls

    def found(self) -> dict[int, list[EventSource]]:
        """The event sources by the identity of the function."""
        sources: dict[int, list[EventSource]] = {}
        readers = (
            self._own,
            self._takers,
            self._methods,
            self._mappings,
            self._pools,
            self._rules,
            self._ready_rules,
            self._sockets,
        )
        for reader in readers:
            for function, source in reader():
                sources.setdefault(id(function), []).append(source)
        # Permissions last: they say less than what they are for.
        for function, source in self._permissions():
            known = sources.setdefault(id(function), [])
            if source.kind not in {other.kind for other in known}:
                known.append(source)
        return sources

    # Who invokes it

    def _own(self) -> Found:
        for function in self._all:
            events = function.arguments.get("events")
            for event in events if isinstance(events, list) else ():
                source = source_of_event_source(event)
                if source is not None:
                    yield function, source

    def _takers(self) -> Found:
        for path, use in self._calls.constructs(name.rpartition(".")[2] for name in TAKERS):
            name = taker_name(path)
            if name not in TAKERS:
                continue
            source = source_of_taker(name, use.arguments)
            if source.kind == "web-socket":
                continue  # its route is said where it is added to an API
            if source.kind == "alb":
                source = self._target_of_load_balancer(use)
            for construct in use.given(TAKERS[name][1]):
                yield construct, source

    def _target_of_load_balancer(self, use: Use) -> EventSource:
        """Whether headers have several values is said by the target group, which may be somewhere else."""
        multi_value: object = None
        parent = use.around
        around = {} if parent is None else parent.arguments
        if "multi_value_headers_enabled" in around:
            multi_value = around["multi_value_headers_enabled"]
        elif not self._calls.mentions("multi_value_headers"):
            multi_value = False
        return EventSource(
            "alb", {"multi_value_headers": multi_value if isinstance(multi_value, bool) else None}
        )

    def _methods(self) -> Found:
        for use in self._calls.methods(("add_event_source",)):
            source = source_of_event_source(use.arguments.get("0", use.arguments.get("source")))
            for construct in use.receivers() if source is not None else ():
                assert source is not None
                yield construct, source
        for use in self._calls.methods(("add_function_url",)):
            for construct in use.receivers():
                yield construct, function_url(use.arguments)
        for method, (kind, keys) in METHODS.items():
            for use in self._calls.methods((method,)):
                for construct in use.given(keys):
                    yield construct, EventSource(kind)

    def _mappings(self) -> Found:
        for use in self._calls.methods(("add_event_source_mapping",)):
            for construct in use.receivers():
                yield construct, source_of_mapping(use.arguments)
        for path, use in self._calls.constructs(("EventSourceMapping", "CfnEventSourceMapping")):
            if path.startswith("aws_cdk.aws_lambda."):
                for construct in use.given(("target", "function_name")):
                    yield construct, source_of_mapping(use.arguments)

    def _pools(self) -> Found:
        """The user pools that a function has triggers of, all in one, as in a template."""
        triggers: dict[int, tuple[Configured, list[str]]] = {}
        for construct, trigger in self._triggers():
            named = triggers.setdefault(id(construct), (construct, []))[1]
            if trigger not in named:
                named.append(trigger)
        for construct, named in triggers.values():
            yield construct, EventSource("cognito", {"triggers": tuple(named)})

    def _triggers(self) -> Iterator[tuple[Configured, str]]:
        """The functions with the names of their triggers as in CloudFormation."""
        for path, use in self._calls.constructs(("UserPoolTriggers", "LambdaConfigProperty")):
            if path.startswith("aws_cdk.aws_cognito."):
                for key in use.arguments:
                    for construct in use.given((key,)):
                        yield construct, _camel_case(key)
        for use in self._calls.methods(("add_trigger",)):
            operation = use.arguments.get("0", use.arguments.get("operation"))
            if isinstance(operation, Symbol) and operation.path.startswith("aws_cdk.aws_cognito."):
                for construct in use.given(("1", "fn")):
                    yield construct, _camel_case(operation.path.rpartition(".")[2].lower())

    def _rules(self) -> Found:
        """The targets of rules; a target that is added somewhere else is one of a rule all the same."""
        told: set[int] = set()
        for source, targets, use in (*self._rules_with_targets(), *self._targets_added()):
            for target in targets if isinstance(targets, list) else (targets,):
                if isinstance(target, Made) and target.path == _RULE_TARGET:
                    function = target.arguments.get("0", target.arguments.get("handler"))
                    for construct in use.functions(function):
                        told.add(id(target.call))
                        yield construct, source
        for path, use in self._calls.constructs(("LambdaFunction",)):
            if path == _RULE_TARGET and id(use.call) not in told:
                for construct in use.given(("0", "handler")):
                    yield construct, self._source_around(use)

    def _ready_rules(self) -> Found:
        """Rules that name the function themselves: those of CloudFormation, and those of a solution's construct."""
        for path, use in self._calls.constructs(("CfnRule",)):
            if path == "aws_cdk.aws_events.CfnRule":
                for construct in use.given(("targets",)):
                    yield construct, _source_of_rule(use.arguments, "schedule_expression")
        for _, use in self._calls.constructs(("EventbridgeToLambda",)):
            properties = use.arguments.get("event_rule_props")
            arguments = properties.arguments if isinstance(properties, Made) else {}
            for construct in use.given(("existing_lambda_obj", "lambda_function_props")):
                yield construct, _source_of_rule(arguments, "schedule")

    def _rules_with_targets(self) -> Iterator[tuple[EventSource, Value, Use]]:
        for path, use in self._calls.constructs(("Rule",)):
            if path == _RULE:
                yield _source_of_rule(use.arguments, "schedule"), use.arguments.get("targets"), use

    def _targets_added(self) -> Iterator[tuple[EventSource, Value, Use]]:
        for use in self._calls.methods(("add_target",)):
            rule = use.receiver
            if isinstance(rule, Made) and rule.path == _RULE:
                target = use.arguments.get("0", use.arguments.get("target"))
                yield _source_of_rule(rule.arguments, "schedule"), target, use

    def _source_around(self, use: Use) -> EventSource:
        """The rule that a target stands in, where its function is known by its name only."""
        around = use.around
        if around is None:
            return _BY_RULE
        rule = around.receiver
        if isinstance(rule, Made) and rule.path == _RULE:
            return _source_of_rule(rule.arguments, "schedule")
        is_rule = any(
            path == _RULE and other.call is around.call for path, other in self._calls.constructs(("Rule",))
        )
        return _source_of_rule(around.arguments, "schedule") if is_rule else _BY_RULE

    def _sockets(self) -> Found:
        """The integrations of WebSocket APIs, with the routes that lead to them where these are known."""
        told: set[int] = set()
        for route, integration, use in self._routes():
            if isinstance(integration, Made) and taker_name(integration.path) in _SOCKET_INTEGRATIONS:
                told.add(id(integration.call))
                handler = integration.arguments.get("handler", integration.arguments.get("1"))
                known = route if isinstance(route, str) else None
                for function in use.functions(handler):
                    yield function, EventSource("web-socket", {"proxy": True, "route": known})
        for path, use in self._calls.constructs(name.rpartition(".")[2] for name in _SOCKET_INTEGRATIONS):
            if taker_name(path) in _SOCKET_INTEGRATIONS and id(use.call) not in told:
                for function in use.given(("1", "handler")):
                    yield function, EventSource("web-socket", {"proxy": True})

    def _routes(self) -> Iterator[tuple[Value, Value, Use]]:
        """The keys of routes with their integrations."""
        for use in self._calls.methods(("add_route",)):
            key = use.arguments.get("0", use.arguments.get("route_key"))
            yield key, use.arguments.get("integration", _member(use.arguments.get("1"), "integration")), use
        for _, use in self._calls.constructs(("WebSocketRoute",)):
            yield use.arguments.get("route_key"), use.arguments.get("integration"), use
        for _, use in self._calls.constructs(("WebSocketApi",)):
            for name in ("connect", "disconnect", "default"):
                options = use.arguments.get(f"{name}_route_options")
                yield f"${name}", _member(options, "integration"), use

    def _permissions(self) -> Found:
        for method, keys in (("add_permission", ("principal", "1")), ("grant_invoke", ("grantee", "0"))):
            for use in self._calls.methods((method,)):
                principal = next((use.arguments[key] for key in keys if key in use.arguments), None)
                for construct in use.receivers():
                    yield from ((construct, source) for source in _allowed(principal))
        for path, use in self._calls.constructs(("CfnPermission",)):
            if path == "aws_cdk.aws_lambda.CfnPermission":
                for construct in use.given(("function_name",)):
                    yield from ((construct, source) for source in _allowed(use.arguments.get("principal")))


def _member(value: Value, name: str) -> Value:
    """A member of a structure, which may be written as a mapping."""
    members = value.arguments if isinstance(value, Made) else value
    return members.get(name) if isinstance(members, Mapping) else None


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
