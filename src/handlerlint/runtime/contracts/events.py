"""What is certain of the events that each service sends: which keys they have and lack. Used by `invokers`.

A test for a key of another service (`"Records" in event`, `event.get("source")`) is decided by that. The keys are those
that AWS documents with each service, and that the sample events show: a test holds one against the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import TypeAlias


class Part(Enum):
    """A part of an event, by who decides what stands there."""

    SENT = "what a client or a producer sends: anything, or nothing"
    MESSAGE = "a text that a client sends: any, perhaps an empty one"
    FILLED = "such a text that is never empty: of a queue or a topic, which refuse to send nothing"
    BODY = "a text, or null; never null where it may be missing"
    TEXTS = "an object of such texts, under keys that a client chooses, or null as with a body"
    LISTS = (
        "an object of lists with an element each, under keys that a client chooses, or null as with a body"
    )
    OBJECT = "an object of whatever a client or a producer sends"
    OBJECTS = "an object of such objects, under keys that a producer chooses"
    ATTRIBUTES = "an object of values as DynamoDB writes them, under keys that a producer chooses"
    TEXT = "a text that is never empty, and that configuration may decide (method, path, ARN)"
    NUMBER = "a number"
    FLAG = "a boolean"
    OPEN = "anything, decided by configuration"


SENT, MESSAGE, FILLED, BODY, TEXTS, LISTS, OBJECT, OBJECTS, ATTRIBUTES, TEXT, NUMBER, FLAG, OPEN = Part

#: An object (a key that ends with `?` may be missing), a list of at least one such element, a known text, a part.
Shape: TypeAlias = "Mapping[str, Shape] | tuple[Shape] | str | Part"

_STAGE: Mapping[str, Shape] = {
    "accountId?": TEXT,
    "apiId": TEXT,
    "authorizer?": OPEN,
    "customDomain?": OPEN,
    "deploymentId?": TEXT,
    "domainName?": TEXT,
    "domainPrefix?": TEXT,
    "requestId": TEXT,
    "stage": TEXT,
}
_REQUEST_CONTEXT: Mapping[str, Shape] = {
    **_STAGE,
    "extendedRequestId?": TEXT,
    "httpMethod": TEXT,
    "identity": SENT,
    "operationName?": TEXT,
    "path": TEXT,
    "protocol?": TEXT,
    "requestTime?": TEXT,
    "requestTimeEpoch": NUMBER,
    "resourceId": TEXT,
    "resourcePath": TEXT,
    "wafResponseCode?": OPEN,
    "webaclArn?": OPEN,
}
_QUERY: Mapping[str, Shape] = {"queryStringParameters": TEXTS, "multiValueQueryStringParameters": LISTS}
_HEADERS: Mapping[str, Shape] = {"headers": TEXTS, "multiValueHeaders": LISTS}
_REST_REQUEST: Mapping[str, Shape] = {
    "resource": TEXT,
    "path": TEXT,
    "httpMethod": TEXT,
    **_HEADERS,
    **_QUERY,
    "pathParameters": OPEN,
    "stageVariables": OPEN,
    "requestContext": _REQUEST_CONTEXT,
}
# docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html, input format.
REST_API: Shape = {**_REST_REQUEST, "body": BODY, "isBase64Encoded": FLAG}
# …/http-api-develop-integrations-lambda.html.
HTTP_API_1: Shape = {"version": "1.0", **_REST_REQUEST, "body": BODY, "isBase64Encoded": FLAG}

_HTTP_CONTEXT: Mapping[str, Shape] = {
    **_STAGE,
    "authentication?": OPEN,
    "http": {"method": TEXT, "path": TEXT, "protocol": TEXT, "sourceIp": TEXT, "userAgent": SENT},
    "routeKey": TEXT,
    "time": TEXT,
    "timeEpoch": NUMBER,
}
_FORMAT_2: Mapping[str, Shape] = {
    "version": "2.0",
    "routeKey": TEXT,
    "rawPath": TEXT,
    "rawQueryString": MESSAGE,
    "cookies?": SENT,
    "headers": TEXTS,
    "queryStringParameters?": TEXTS,
    "pathParameters?": OPEN,
    "stageVariables?": OPEN,
    "requestContext": _HTTP_CONTEXT,
}
HTTP_API_2: Shape = {**_FORMAT_2, "body?": BODY, "isBase64Encoded": FLAG}
# docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html.
FUNCTION_URL: Shape = HTTP_API_2

_BALANCED: Mapping[str, Shape] = {
    "requestContext": {"elb": {"targetGroupArn": TEXT}},
    "httpMethod": TEXT,
    "path": TEXT,
    "body": BODY,
    "isBase64Encoded": FLAG,
}
# docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html.
LOAD_BALANCER: Shape = {**_BALANCED, "headers": TEXTS, "queryStringParameters": TEXTS}
MULTI_VALUE_LOAD_BALANCER: Shape = {
    **_BALANCED,
    "multiValueHeaders": LISTS,
    "multiValueQueryStringParameters": LISTS,
}
ANY_LOAD_BALANCER: Shape = {
    **_BALANCED,
    "headers?": TEXTS,
    "queryStringParameters?": TEXTS,
    "multiValueHeaders?": LISTS,
    "multiValueQueryStringParameters?": LISTS,
}


def _web_socket(event_type: str, route: str | Part) -> Mapping[str, Shape]:
    return {
        **_STAGE,
        "connectedAt": NUMBER,
        "connectionId": TEXT,
        "error?": OPEN,
        "eventType": event_type,
        "extendedRequestId": TEXT,
        "identity": SENT,
        "integrationLatency?": OPEN,
        "messageDirection": TEXT,
        "messageId?": OPEN,
        "requestTime": TEXT,
        "requestTimeEpoch": NUMBER,
        "routeKey": route,
        "status?": OPEN,
    }


_CONNECT: Mapping[str, Shape] = {
    **_HEADERS,
    "queryStringParameters?": TEXTS,
    "multiValueQueryStringParameters?": LISTS,
    "stageVariables?": OPEN,
    "requestContext": _web_socket("CONNECT", "$connect"),
}
# …/apigateway-websocket-api-mapping-template-reference.html.
WEB_SOCKET_CONNECT: Shape = {**_CONNECT, "isBase64Encoded": FLAG}


def web_socket_message(route: str | Part = TEXT) -> Shape:
    """A message that a route was selected for; its key is never that of another one."""
    return {
        "requestContext": _web_socket("MESSAGE", route),
        "stageVariables?": OPEN,
        "body": MESSAGE,
        "isBase64Encoded": FLAG,
    }


# …/api-gateway-lambda-authorizer-input.html, http-api-lambda-authorizer.html.
TOKEN_AUTHORIZER: Shape = {"type": "TOKEN", "authorizationToken": MESSAGE, "methodArn": TEXT}
REQUEST_AUTHORIZER: Shape = {"type": "REQUEST", "methodArn": TEXT, **_REST_REQUEST}
WEB_SOCKET_AUTHORIZER: Shape = {"type": "REQUEST", "methodArn": TEXT, **_CONNECT}
HTTP_AUTHORIZER_1: Shape = {
    "version": "1.0",
    "type": "REQUEST",
    "methodArn": TEXT,
    "identitySource?": SENT,
    "authorizationToken?": MESSAGE,
    **_REST_REQUEST,
}
HTTP_AUTHORIZER_2: Shape = {
    **_FORMAT_2,
    "type": "REQUEST",
    "routeArn": TEXT,
    "identitySource": SENT,
}

# docs.aws.amazon.com/appsync/latest/devguide/security-authz.html.
APPSYNC_AUTHORIZER: Shape = {
    "authorizationToken": MESSAGE,
    "requestContext": {
        "apiId": TEXT,
        "accountId": TEXT,
        "requestId": TEXT,
        "queryString": SENT,
        "operationName?": SENT,
        "variables?": SENT,
    },
    "requestHeaders?": SENT,
}

# docs.aws.amazon.com/lambda/latest/dg/with-sqs.html, with-kinesis.html, with-ddb.html.
QUEUE: Shape = {
    "Records": (
        {
            "messageId": TEXT,
            "receiptHandle": TEXT,
            "body": FILLED,
            "attributes": {
                "ApproximateReceiveCount": TEXT,
                "SentTimestamp": TEXT,
                "SenderId": TEXT,
                "ApproximateFirstReceiveTimestamp": TEXT,
                "SequenceNumber?": TEXT,
                "MessageGroupId?": TEXT,
                "MessageDeduplicationId?": TEXT,
                "AWSTraceHeader?": TEXT,
                "DeadLetterQueueSourceArn?": TEXT,
            },
            "messageAttributes": OBJECTS,
            "md5OfBody": TEXT,
            "md5OfMessageAttributes?": TEXT,
            "eventSource": "aws:sqs",
            "eventSourceARN": TEXT,
            "awsRegion": TEXT,
        },
    )
}
_WINDOW: Mapping[str, Shape] = {
    "window?": OPEN,
    "state?": OPEN,
    "shardId?": OPEN,
    "eventSourceARN?": OPEN,
    "isFinalInvokeForWindow?": OPEN,
    "isWindowTerminatedEarly?": OPEN,
}
DATA_STREAM: Shape = {
    "Records": (
        {
            "kinesis": {
                "kinesisSchemaVersion": TEXT,
                "partitionKey": TEXT,
                "sequenceNumber": TEXT,
                "data": MESSAGE,
                "approximateArrivalTimestamp": NUMBER,
                "encryptionType?": OPEN,
            },
            "eventSource": "aws:kinesis",
            "eventVersion": TEXT,
            "eventID": TEXT,
            "eventName": TEXT,
            "invokeIdentityArn": TEXT,
            "awsRegion": TEXT,
            "eventSourceARN": TEXT,
        },
    ),
    **_WINDOW,
}
# …/API_streams_AttributeValue.html: a number is a text, and so is what is binary.
_ATTRIBUTE: Mapping[str, Shape] = {
    **dict.fromkeys(("S?", "N?", "B?"), MESSAGE),
    **dict.fromkeys(("BOOL?", "NULL?"), FLAG),
    **dict.fromkeys(("SS?", "NS?", "BS?"), (MESSAGE,)),
    "M?": ATTRIBUTES,
    "L?": OPEN,
}
TABLE_STREAM: Shape = {
    "Records": (
        {
            "eventID": TEXT,
            "eventName": TEXT,
            "eventVersion": TEXT,
            "eventSource": "aws:dynamodb",
            "awsRegion": TEXT,
            # docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html.
            "dynamodb": {
                "ApproximateCreationDateTime?": NUMBER,
                "Keys": ATTRIBUTES,
                "NewImage?": ATTRIBUTES,
                "OldImage?": ATTRIBUTES,
                "SequenceNumber": TEXT,
                "SizeBytes?": NUMBER,
                "StreamViewType": TEXT,
            },
            "eventSourceARN": TEXT,
            "userIdentity?": OPEN,
            "tableName?": OPEN,
            "recordFormat?": OPEN,
        },
    ),
    **_WINDOW,
}

# docs.aws.amazon.com/lambda/latest/dg/with-sns.html.
TOPIC: Shape = {
    "Records": (
        {
            "EventSource": "aws:sns",
            "EventVersion": TEXT,
            "EventSubscriptionArn": TEXT,
            "Sns": {
                "Type": TEXT,
                "MessageId": TEXT,
                "TopicArn": TEXT,
                "Subject": SENT,
                "Message": FILLED,
                "Timestamp": TEXT,
                "SignatureVersion": TEXT,
                "Signature": TEXT,
                "SigningCertUrl?": TEXT,
                "SigningCertURL?": TEXT,
                "UnsubscribeUrl?": TEXT,
                "UnsubscribeURL?": TEXT,
                "MessageAttributes": OBJECTS,
            },
        },
    )
}
# docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html.
BUCKET: Shape = {
    "Records": (
        {
            "eventVersion": TEXT,
            "eventSource": "aws:s3",
            "awsRegion": TEXT,
            "eventTime": TEXT,
            "eventName": TEXT,
            "userIdentity": OPEN,
            "requestParameters": OPEN,
            "responseElements": OPEN,
            "s3": {
                "s3SchemaVersion": TEXT,
                "configurationId": OPEN,
                "bucket": {"name": TEXT, "ownerIdentity": OPEN, "arn": TEXT},
                "object": {
                    "key": TEXT,
                    "size?": NUMBER,
                    "eTag?": TEXT,
                    "versionId?": TEXT,
                    "sequencer?": TEXT,
                },
            },
            "glacierEventData?": OPEN,
            "restoreEventData?": OPEN,
            "replicationEventData?": OPEN,
            "intelligentTieringEventData?": OPEN,
            "lifecycleEventData?": OPEN,
        },
    )
}

# docs.aws.amazon.com/eventbridge/latest/ref/overview-event-structure.html; `Detail` of PutEvents is a JSON object.
BUS: Shape = {
    "version": TEXT,
    "id": TEXT,
    "detail-type": TEXT,
    "source": TEXT,
    "account": TEXT,
    "time": TEXT,
    "region": TEXT,
    "resources": OPEN,
    "detail": OBJECT,
    "replay-name?": TEXT,
}

# What the triggers may answer, each some of it: it is in the event, too, mostly as null.
_ANSWERS = (
    *("autoConfirmUser", "autoVerifyEmail", "autoVerifyPhone", "smsMessage", "emailMessage", "emailSubject"),
    *("claimsOverrideDetails", "claimsAndScopeOverrideDetails", "challengeName", "issueTokens"),
    *("failAuthentication", "publicChallengeParameters", "privateChallengeParameters", "challengeMetadata"),
    *("answerCorrect", "userAttributes", "forceAliasCreation", "finalUserStatus", "messageAction"),
    *("desiredDeliveryMediums", "enableSMSMFA"),
)
# docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html.
COGNITO: Shape = {
    "version": TEXT,
    "triggerSource": TEXT,
    "region": TEXT,
    "userPoolId": TEXT,
    "userName": TEXT,
    "callerContext": OPEN,
    "request": OBJECT,
    "response": {f"{name}?": OPEN for name in _ANSWERS},
}

# docs.aws.amazon.com/firehose/latest/dev/data-transformation.html.
FIREHOSE: Shape = {
    "invocationId": TEXT,
    "deliveryStreamArn": TEXT,
    "sourceKinesisStreamArn?": TEXT,
    "sourceMSKArn?": TEXT,
    "region": TEXT,
    "records": (
        {
            "recordId": TEXT,
            "data": MESSAGE,
            "approximateArrivalTimestamp": NUMBER,
            "kinesisRecordMetadata?": OPEN,
        },
    ),
}

# docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-invoke-lambda.html, invocation schemas 1.0 and 2.0.
S3_BATCH: Shape = {
    "invocationSchemaVersion": TEXT,
    "invocationId": TEXT,
    "job": OPEN,
    "tasks": (
        {
            "taskId": TEXT,
            "s3Key": TEXT,
            "s3VersionId": SENT,
            "s3BucketArn?": TEXT,
            "s3Bucket?": TEXT,
        },
    ),
}


def edge(trigger: str) -> Shape:
    """docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-event-structure.html."""
    request: Shape = {
        "clientIp": TEXT,
        "headers": LISTS,
        "method": TEXT,
        "querystring": SENT,
        "uri": TEXT,
        "body?": SENT,
        "origin?": OPEN,
    }
    response: Mapping[str, Shape] = {
        "response": {"headers": LISTS, "status": TEXT, "statusDescription": SENT}
    }
    config: Shape = {
        "distributionDomainName": TEXT,
        "distributionId": TEXT,
        "eventType": trigger,
        "requestId": TEXT,
    }
    cf: Shape = {
        "config": config,
        "request": request,
        **(response if trigger.endswith("response") else {}),
    }
    return {"Records": ({"cf": cf},)}


_STR, _DICT, _LIST, _NULL = "builtins.str", "builtins.dict", "builtins.list", "types.NoneType"
#: What stands for a part that an event does not have.
_ABSENT = frozenset({_NULL})
_KINDS: Mapping[Part, frozenset[str]] = {
    MESSAGE: frozenset({_STR}),
    FILLED: frozenset({_STR}),
    BODY: frozenset({_STR, _NULL}),
    TEXTS: frozenset({_DICT, _NULL}),
    LISTS: frozenset({_DICT, _NULL}),
    OBJECT: frozenset({_DICT}),
    OBJECTS: frozenset({_DICT}),
    ATTRIBUTES: frozenset({_DICT}),
    TEXT: frozenset({_STR}),
    NUMBER: frozenset({"builtins.int", "builtins.float"}),
    FLAG: frozenset({"builtins.bool"}),
}


def part_of(shape: Shape, path: Iterable[object]) -> Shape | None:
    """What stands in an event of a shape, None where certainly nothing does; `path` are the steps, as in `Json`."""
    for step in path:
        match shape, step:
            case _, ("default", _):
                pass  # `event.get("body", "{}")`: it, or what stands for it
            case Mapping(), ("str", str(name)):
                part = shape.get(name, shape.get(f"{name}?"))
                if part is None:
                    return None
                shape = part
            case (tuple(), "[]") | (tuple(), (("int" | "item"), _)):
                shape = shape[0]
            case Mapping(), _:
                shape = TEXT  # one of its keys
            case (Part.TEXTS, ("str", _)):
                shape = BODY
            case (Part.OBJECTS, ("str", _)):
                shape = OBJECT
            case (Part.ATTRIBUTES, ("str", _)):
                shape = _ATTRIBUTE
            case (str() | Part(), ("str", _)) if _DICT not in (kinds_of(shape) or {_DICT}):
                return None
            case _:
                return OPEN
    return shape


def kinds_of(shape: Shape) -> frozenset[str] | None:
    """The classes that a part of an event may be of once it is decoded; None where that is open."""
    match shape:
        case Part():
            return _KINDS.get(shape)
        case str():
            return frozenset({_STR})
        case tuple():
            return frozenset({_LIST})
        case _:
            return frozenset({_DICT})


def refuses(shape: Shape, path: Iterable[object], is_refused: Callable[[str], bool]) -> bool:
    """Whether an event certainly has there only classes that are refused; what it lacks counts as None."""
    part = part_of(shape, path)
    kinds = _ABSENT if part is None else kinds_of(part)
    return kinds is not None and all(map(is_refused, kinds))


def _names(shape: Shape) -> Iterator[str]:
    match shape:
        case Mapping():
            for name, part in shape.items():
                yield name.rstrip("?")
                yield from _names(part)
        case tuple():
            yield from _names(shape[0])
        case _:
            pass


#: The keys that the events of some service have.
KEYS = frozenset[str]().union(
    *map(
        _names,
        (
            REST_API,
            HTTP_API_2,
            LOAD_BALANCER,
            QUEUE,
            TABLE_STREAM,
            DATA_STREAM,
            TOPIC,
            BUCKET,
            BUS,
            COGNITO,
            FIREHOSE,
        ),
    )
)
