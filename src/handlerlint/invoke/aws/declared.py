"""What a template declares that moto can hold, as one stack in moto: tables, buckets, queues, topics. For `session`.

moto evaluates the template's own intrinsics: parameters, conditions, `!Ref`, `!GetAtt`. The variables of functions
whose values name such a resource are outputs of the stack: a handler gets the names that the resources really have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator, Mapping
from pathlib import Path

from handlerlint.functions.documents.nodes import ListNode, MapNode, Node, Scalar
from handlerlint.functions.documents.reading import read_mapping

Json = dict[str, object]

_SIMPLE_TABLE = "AWS::Serverless::SimpleTable"
# What moto knows of each kind of resource (`has_cfn_attr` of its models); `!GetAtt` of anything else fails the stack.
_ATTRIBUTES = {
    "AWS::DynamoDB::Table": ("Arn",),
    _SIMPLE_TABLE: ("Arn",),
    "AWS::S3::Bucket": ("Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"),
    "AWS::SQS::Queue": ("Arn", "QueueName", "QueueUrl"),
    "AWS::SNS::Topic": ("TopicName", "TopicArn"),
}
# The property that names a resource whose `Ref` is that name, and which cannot be made a second time.
_NAMED_BY = {"AWS::DynamoDB::Table": "TableName", "AWS::S3::Bucket": "BucketName"}
# The same as `Ref`, by which moto knows them.
_BY_REFERENCE = ("QueueUrl", "TopicArn")
_FUNCTIONS = frozenset({"AWS::Serverless::Function", "AWS::Lambda::Function"})
# docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-simpletable-primarykeyobject.html
_KEY_TYPES = {"String": "S", "Number": "N", "Binary": "B"}
_PLAIN_PARAMETERS = frozenset({"String", "Number", "CommaDelimitedList", "List<Number>"})
_IN_TEXT = re.compile(r"\$\{([^!}][^}]*)\}")


class Stack:
    """The part of a template that moto can hold, as CloudFormation takes it.

    `variables` are the variables of each function whose values are outputs of the stack, with the outputs' names.
    """

    def __init__(self, root: MapNode) -> None:
        self.variables: dict[str, dict[str, str]] = {}
        self._parameters = _parameters(root)
        section = root.mapping("Resources")
        resources = {name: node for name, node in section.items() if _kind(node) in _ATTRIBUTES}
        self._known = {*self._parameters, *resources}
        for name, node in resources.items():
            self._known |= {f"{name}.{attribute}" for attribute in _ATTRIBUTES[_kind(node)]}
        self._conditions = root.mapping("Conditions")
        self.body: Json = {
            "Parameters": self._parameters,
            "Mappings": plain(root.mapping("Mappings")),
            "Conditions": {
                name: plain(node) for name, node in self._conditions.items() if self._is_closed(node)
            },
            "Resources": {
                name: self._resource(node) for name, node in resources.items() if isinstance(node, MapNode)
            },
            "Outputs": {},
        }
        self._name_variables(root)

    def leave_out(self, existing: Container[str]) -> None:
        """Make no table or bucket that is there already; others refer to it by its name."""
        resources, outputs = self.body["Resources"], self.body["Outputs"]
        assert isinstance(resources, dict) and isinstance(outputs, dict)
        for logical_id, resource in [*resources.items()]:
            name = resource["Properties"].get(_NAMED_BY.get(resource["Type"], ""))
            if not isinstance(name, str) or name not in existing:
                continue
            del resources[logical_id]
            self._parameters[logical_id] = {"Type": "String", "Default": name}
            attribute = re.compile(rf'"Fn::GetAtt": \["?{logical_id}"|\$\{{{logical_id}\.')
            for output in [key for key, value in outputs.items() if attribute.search(json.dumps(value))]:
                del outputs[output]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be made."""
        return not self.body["Resources"]

    def _is_closed(self, node: Node) -> bool:
        """Whether a value refers to nothing but what is in this part, and to AWS's own names."""
        return all(name in self._known or name.startswith("AWS::") for name in _references(node))

    def _resource(self, node: MapNode) -> Json:
        properties = node.mapping("Properties")
        if _kind(node) == _SIMPLE_TABLE:
            return {"Type": "AWS::DynamoDB::Table", "Properties": _simple_table(properties)}
        # What refers to other resources is about deliveries and permissions, which no handler sees.
        kept = {name: plain(value) for name, value in properties.items() if self._is_closed(value)}
        return {"Type": _kind(node), "Properties": kept}

    def _name_variables(self, root: MapNode) -> None:
        shared = root.mapping("Globals", "Function", "Environment", "Variables")
        outputs = self.body["Outputs"]
        assert isinstance(outputs, dict)
        for name, node in root.mapping("Resources").items():
            if _kind(node) not in _FUNCTIONS or not isinstance(node, MapNode):
                continue
            own = node.mapping("Properties", "Environment", "Variables")
            found: dict[str, str] = {}
            for variable, value in (*shared.items(), *own.items()):
                if isinstance(value, MapNode) and self._is_closed(value):
                    found[variable] = f"Value{len(outputs)}"
                    outputs[found[variable]] = {"Value": plain(value)}
            self.variables[name] = found


def stack_of(template: Path) -> Stack | None:
    """The stack of a template; None where there is nothing in it that moto can hold."""
    document = read_mapping(template)
    if document is None or not isinstance(document.root, MapNode):
        return None
    stack = Stack(document.root)
    return None if stack.is_empty else stack


def made(stack: Stack, name: str, url: str, region: str, key_id: str) -> Mapping[str, Mapping[str, str]]:
    """Make the stack in moto; the variables of each function with the values that they have there."""
    import boto3  # type: ignore[import-untyped]

    session = boto3.Session(key_id, "handlerlint", region_name=region)
    tables = session.client("dynamodb", endpoint_url=url).list_tables()["TableNames"]
    buckets = session.client("s3", endpoint_url=url).list_buckets()["Buckets"]
    stack.leave_out({*tables, *(bucket["Name"] for bucket in buckets)})
    client = session.client("cloudformation", endpoint_url=url)
    client.create_stack(StackName=name, TemplateBody=json.dumps(stack.body))
    (described,) = client.describe_stacks(StackName=name)["Stacks"]
    values = {item["OutputKey"]: str(item["OutputValue"]) for item in described.get("Outputs", ())}
    return {
        function: {variable: values[output] for variable, output in variables.items() if output in values}
        for function, variables in stack.variables.items()
    }


def plain(node: Node) -> object:
    """A value as JSON has it, with intrinsic functions in their long form."""
    match node:
        case MapNode(entries={"Fn::GetAtt": ListNode(items=[Scalar(text=name), Scalar(text=attribute)])}) if (
            attribute in _BY_REFERENCE
        ):
            return {"Ref": name}
        case MapNode():
            return {name: plain(value) for name, value in node.items()}
        case ListNode(items=items):
            return [plain(item) for item in items]
        case Scalar(style="", text=text) if re.fullmatch(r"\d{1,15}", text):
            return int(text)
        case Scalar(style="", text="true" | "false" as text):
            return text == "true"
        case Scalar(text=text):
            return text


def _kind(node: Node) -> str:
    kind = node.get("Type") if isinstance(node, MapNode) else None
    return kind.text if isinstance(kind, Scalar) else ""


def _parameters(root: MapNode) -> Json:
    """The parameters that have a default: what depends on others is not known here."""
    return {
        name: {"Type": "String" if _kind(node) == "Number" else _kind(node), "Default": plain(default)}
        for name, node in root.mapping("Parameters").items()
        if isinstance(node, MapNode) and _kind(node) in _PLAIN_PARAMETERS
        if (default := node.get("Default")) is not None
    }


def _simple_table(properties: MapNode) -> Json:
    """A SAM table as what SAM makes of it (the page named above)."""
    name, kind = (properties.at("PrimaryKey", part) for part in ("Name", "Type"))
    key = name.text if isinstance(name, Scalar) else "id"
    letter = _KEY_TYPES.get(kind.text, "S") if isinstance(kind, Scalar) else "S"
    table: Json = {
        "AttributeDefinitions": [{"AttributeName": key, "AttributeType": letter}],
        "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    given = properties.get("TableName")
    return table if given is None else {**table, "TableName": plain(given)}


def _references(node: Node) -> Iterator[str]:
    """What a value refers to by `Ref`, `Fn::GetAtt` and `Fn::Sub`: `Name` or `Name.Attribute`."""
    match node:
        case MapNode(entries={"Ref": Scalar(text=name)}) | MapNode(entries={"Fn::GetAtt": Scalar(text=name)}):
            yield name
        case MapNode(entries={"Fn::GetAtt": ListNode(items=[Scalar(text=name), Scalar(text=attribute)])}):
            yield f"{name}.{attribute}"
        case MapNode(entries={"Fn::Sub": Scalar(text=text)}):
            yield from _in_text(text)
        case MapNode(entries={"Fn::Sub": ListNode(items=[Scalar(text=text), MapNode() as given])}):
            yield from (name for name in _in_text(text) if name not in given.entries)
            yield from _references(given)
        case MapNode(entries={"Fn::ImportValue": _}):
            yield "what another stack exports"
        case MapNode():
            for value in node.entries.values():
                yield from _references(value)
        case ListNode(items=items):
            for item in items:
                yield from _references(item)


def _in_text(text: str) -> Iterator[str]:
    """The names in a `${...}`; those that are the same as another are not known to moto in there."""
    for name in _IN_TEXT.findall(text):
        yield f"{name}?" if name.endswith(_BY_REFERENCE) else name
