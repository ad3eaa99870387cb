"""What clients, paginators and resources give, and which of it serializes: tables, harmless cases first."""

from __future__ import annotations

from itertools import islice

import pytest

from handlerlint.inference.sdk import (
    Kind,
    ListShape,
    MapShape,
    Member,
    Operation,
    ScalarShape,
    Serializer,
    Service,
    Shape,
    StructureShape,
    Verdict,
    is_serializable,
    service,
    service_names,
    unserializable_members,
    verdict,
)
from handlerlint.inference.sdk.resources import (
    AttributeMember,
    BatchWriterAction,
    CollectionMember,
    FactoryMember,
    ReferenceMember,
    ResourceAction,
    ResponseAction,
    ShapeAction,
)

JSON_DUMPS, RUNTIME = Serializer.JSON_DUMPS, Serializer.RUNTIME_CLIENT


def known(name: str, *, is_resource: bool = False) -> Service:
    found = service(name, is_resource=is_resource)
    assert found is not None
    return found


def operation(name: str, *, is_resource: bool = False) -> Operation:
    """The operation by `service.operation`."""
    service_name, _, python_name = name.partition(".")
    found = known(service_name, is_resource=is_resource).operation(python_name)
    assert found is not None
    return found


def at(shape: Shape, path: str) -> Member:
    """The member at a path of names; lists and maps are stepped into."""
    member: Member | None = None
    for name in path.split("."):
        while isinstance(shape, ListShape | MapShape):
            shape = shape.element if isinstance(shape, ListShape) else shape.value
        assert isinstance(shape, StructureShape)
        member = shape.members[name]
        shape = member.shape
    assert member is not None
    return member


# Every one of these stands in handlers that return it as it is.
ALWAYS_JSON = """
sqs.send_message sqs.send_message_batch sqs.delete_message sqs.get_queue_attributes sqs.get_queue_url
sns.publish sns.publish_batch sns.list_topics s3.put_object s3.delete_object s3.delete_objects
s3.get_bucket_policy s3.get_bucket_location s3.complete_multipart_upload events.put_events events.list_rules
events.put_rule events.list_targets_by_rule lambda.list_functions lambda.get_function
lambda.update_function_code lambda.get_policy lambda.list_tags logs.describe_log_groups
logs.filter_log_events logs.get_log_events logs.describe_log_streams logs.put_log_events logs.start_query
logs.get_query_results translate.translate_text comprehend.detect_sentiment comprehend.detect_entities
comprehend.detect_dominant_language rekognition.detect_labels rekognition.detect_faces
rekognition.detect_text rekognition.compare_faces rekognition.recognize_celebrities
rekognition.search_faces_by_image textract.detect_document_text textract.analyze_document ses.send_email
ses.send_raw_email sesv2.send_email sts.get_caller_identity firehose.put_record firehose.put_record_batch
kinesis.put_record kinesis.put_records ce.get_cost_and_usage ce.get_cost_forecast
athena.start_query_execution athena.get_query_results athena.stop_query_execution glue.start_job_run
glue.start_crawler cognito-idp.admin_initiate_auth cognito-idp.initiate_auth cognito-idp.sign_up
cognito-idp.respond_to_auth_challenge ec2.start_instances ec2.stop_instances ec2.terminate_instances
ec2.describe_regions ec2.describe_vpcs ec2.describe_subnets ec2.describe_security_groups ec2.create_tags
ecs.list_tasks ecs.list_clusters ecs.describe_clusters ssm.put_parameter ssm.delete_parameter
secretsmanager.put_secret_value cloudwatch.put_metric_data cloudwatch.list_metrics
cloudformation.create_stack cloudformation.delete_stack iam.get_account_summary braket.create_quantum_task
apigatewaymanagementapi.post_to_connection batch.submit_job batch.describe_jobs pinpoint.send_messages
iot-data.publish rds-data.begin_transaction bedrock-runtime.count_tokens
bedrock-agent-runtime.retrieve_and_generate stepfunctions.send_task_success lex-runtime.post_text
dynamodb.list_tables kms.enable_key stepfunctions.list_tags_for_resource
""".split()  # noqa: SIM905


@pytest.mark.parametrize("name", ALWAYS_JSON)
def test_responses_that_handlers_return_rightly(name: str) -> None:
    assert unserializable_members(operation(name).response, JSON_DUMPS) == ()
    assert is_serializable(operation(name).response, RUNTIME)


# Only some responses hold what does not serialize: nothing may be reported about the whole of them.
NOT_IN_EVERY_RESPONSE = {
    "braket.get_device": "deviceStatusReason.startedAt",
    "polly.describe_voices": "Voices[].CreationTime",
    "route53.list_hosted_zones": "HostedZones[].Features.ChangeHistory.RetentionStartsAt",
    "sqs.receive_message": "Messages[].MessageAttributes{}.BinaryValue",
    "dynamodb.get_item": "Item{}.B",
    "dynamodb.scan": "Items[]{}.B",
    "dynamodb.update_item": "Attributes{}.B",
    "rds-data.execute_statement": "records[][].blobValue",
    "redshift-data.get_statement_result": "Records[][].blobValue",
    "bedrock-runtime.converse": "output.message.content[].reasoningContent.redactedContent",
    "s3.create_multipart_upload": "AbortDate",
    "s3.get_bucket_lifecycle_configuration": "Rules[].Expiration.Date",
    "iam.get_access_key_last_used": "AccessKeyLastUsed.LastUsedDate",
    "secretsmanager.create_secret": "ReplicationStatus[].LastAccessedDate",
    "ec2.describe_images": "Images[].ScanResults.FindingScanDate",
    "ec2.describe_instance_status": "InstanceStatuses[].Events[].NotAfter",
    "ecs.get_task_protection": "protectedTasks[].expirationDate",
    "wafv2.get_web_acl": "WebACL.Rules[].Statement.ByteMatchStatement.SearchString",
}


@pytest.mark.parametrize("name", NOT_IN_EVERY_RESPONSE)
def test_responses_that_fail_only_sometimes(name: str) -> None:
    response = operation(name).response
    assert verdict(response, JSON_DUMPS) is Verdict.DEPENDS
    assert unserializable_members(response, JSON_DUMPS)[0].path == NOT_IN_EVERY_RESPONSE[name]


FAILS = {
    "s3.list_buckets": "Buckets[].CreationDate",
    "s3.list_objects_v2": "Contents[].LastModified",
    "s3.head_object": "LastModified",
    "s3.get_object": "Body",
    "s3.copy_object": "CopyObjectResult.LastModified",
    "dynamodb.describe_table": "Table.CreationDateTime",
    "dynamodb.create_table": "TableDescription.CreationDateTime",
    "ec2.describe_instances": "Reservations[].Instances[].LaunchTime",
    "ec2.run_instances": "Instances[].LaunchTime",
    "ec2.describe_volumes": "Volumes[].CreateTime",
    "ec2.describe_snapshots": "Snapshots[].StartTime",
    "ec2.describe_network_interfaces": "NetworkInterfaces[].Attachment.AttachTime",
    "ecs.run_task": "tasks[].createdAt",
    "ecs.update_service": "service.createdAt",
    "ecs.describe_services": "services[].createdAt",
    "ecs.register_task_definition": "taskDefinition.registeredAt",
    "lambda.invoke": "Payload",
    "lambda.list_event_source_mappings": "EventSourceMappings[].LastModified",
    "ssm.get_parameter": "Parameter.LastModifiedDate",
    "ssm.get_parameters_by_path": "Parameters[].LastModifiedDate",
    "ssm.send_command": "Command.RequestedDateTime",
    "secretsmanager.get_secret_value": "CreatedDate",
    "secretsmanager.delete_secret": "DeletionDate",
    "stepfunctions.start_execution": "startDate",
    "stepfunctions.describe_execution": "startDate",
    "logs.start_live_tail": "responseStream",
    "cloudwatch.get_metric_statistics": "Datapoints[].Timestamp",
    "cloudwatch.get_metric_data": "MetricDataResults[].Timestamps[]",
    "iam.get_role": "Role.CreateDate",
    "iam.list_users": "Users[].CreateDate",
    "sts.assume_role": "Credentials.Expiration",
    "kms.describe_key": "KeyMetadata.CreationDate",
    "kms.encrypt": "CiphertextBlob",
    "kms.generate_data_key": "Plaintext",
    "cognito-idp.admin_get_user": "UserCreateDate",
    "cognito-idp.list_users": "Users[].UserCreateDate",
    "cognito-identity.get_credentials_for_identity": "Credentials.Expiration",
    "rds.describe_db_instances": "DBInstances[].InstanceCreateTime",
    "rds.stop_db_instance": "DBInstance.InstanceCreateTime",
    "glue.get_job_run": "JobRun.StartedOn",
    "glue.get_table": "Table.CreateTime",
    "athena.get_query_execution": "QueryExecution.Status.SubmissionDateTime",
    "events.describe_event_bus": "CreationTime",
    "cloudformation.describe_stacks": "Stacks[].CreationTime",
    "cloudformation.describe_stack_events": "StackEvents[].Timestamp",
    "codebuild.start_build": "build.startTime",
    "polly.synthesize_speech": "AudioStream",
    "bedrock-runtime.invoke_model": "body",
    "bedrock-agent-runtime.invoke_agent": "completion",
    "kinesis.get_records": "Records[].ApproximateArrivalTimestamp",
    "ecr.get_authorization_token": "authorizationData[].expiresAt",
    "transcribe.start_transcription_job": "TranscriptionJob.CreationTime",
    "organizations.list_accounts": "Accounts[].JoinedTimestamp",
    "cloudtrail.lookup_events": "Events[].EventTime",
}


@pytest.mark.parametrize("name", FAILS)
def test_responses_that_fail(name: str) -> None:
    response = operation(name).response
    members = unserializable_members(response, JSON_DUMPS, limit=100)
    certain = {member.path for member in members if member.verdict is Verdict.UNSERIALIZABLE}
    assert FAILS[name] in certain
    assert verdict(response, RUNTIME) is Verdict.UNSERIALIZABLE


def test_bytes_that_may_be_text_are_no_error_for_the_runtime_client() -> None:
    decrypted = operation("kms.decrypt").response
    assert verdict(decrypted, JSON_DUMPS) is Verdict.UNSERIALIZABLE
    assert verdict(decrypted, RUNTIME) is Verdict.DEPENDS


@pytest.mark.parametrize(
    ("name", "path", "shape"),
    [
        ("s3.list_buckets", "Buckets.Name", ScalarShape(Kind.STRING)),
        ("s3.list_objects_v2", "KeyCount", ScalarShape(Kind.INTEGER)),
        ("s3.list_objects_v2", "IsTruncated", ScalarShape(Kind.BOOLEAN)),
        ("cloudwatch.get_metric_statistics", "Datapoints.Average", ScalarShape(Kind.FLOAT)),
        ("s3.head_object", "Metadata", MapShape(ScalarShape(Kind.STRING))),
        ("s3.get_object", "ExpiresString", ScalarShape(Kind.STRING)),
        ("s3.get_object", "ResponseMetadata", ScalarShape(Kind.DOCUMENT)),
        ("ec2.describe_images", "Images.CreationDate", ScalarShape(Kind.STRING)),
        ("lambda.list_functions", "Functions.LastModified", ScalarShape(Kind.STRING)),
        ("logs.describe_log_groups", "logGroups.creationTime", ScalarShape(Kind.INTEGER)),
        ("batch.describe_jobs", "jobs.createdAt", ScalarShape(Kind.INTEGER)),
        ("iam.get_role", "Role.AssumeRolePolicyDocument", ScalarShape(Kind.DOCUMENT)),
        ("cloudformation.get_template", "TemplateBody", ScalarShape(Kind.DOCUMENT)),
        ("lex-runtime.post_content", "slots", ScalarShape(Kind.DOCUMENT)),
        ("kms.decrypt", "Plaintext", ScalarShape(Kind.BYTES)),
        ("kms.generate_data_key", "Plaintext", ScalarShape(Kind.RANDOM_BYTES)),
        ("bedrock-runtime.converse", "output.message.content.toolUse.input", ScalarShape(Kind.DOCUMENT)),
    ],
)
def test_members(name: str, path: str, shape: Shape) -> None:
    assert at(operation(name).response, path).shape == shape


def test_presence() -> None:
    response = operation("kms.describe_key").response
    assert at(response, "KeyMetadata.KeyId").is_required
    creation = at(response, "KeyMetadata.CreationDate")
    assert not creation.is_required
    assert not creation.is_conditional
    assert at(response, "KeyMetadata.DeletionDate").is_conditional


def test_operation_without_output_has_response_metadata() -> None:
    found = operation("sqs.delete_message")
    assert found.output is None
    assert list(found.response.members) == ["ResponseMetadata"]
    assert str(found) == "sqs.delete_message()"


def test_unknown_names_are_none() -> None:
    s3 = known("s3")
    assert s3.operation("list_bucket") is None
    assert s3.paginator("put_object") is None
    assert s3.client_method("upload_directory") is None
    assert known("sqs").client_method("upload_file") is None
    assert known("lambda").resource_class() is None


def test_recursive_shapes_end() -> None:
    attribute = at(operation("dynamodb.get_item").response, "Item").shape
    assert isinstance(attribute, MapShape)
    assert at(attribute, "M.L.M").shape == attribute
    assert len(unserializable_members(attribute, JSON_DUMPS)) == 2


def test_all_operations_can_be_judged() -> None:
    for name in islice(service_names(), 0, None, 8):
        for operation_name in known(name).operation_names:
            assert verdict(operation(f"{name}.{operation_name}").response, JSON_DUMPS) in Verdict


def test_dynamodb_resource_has_python_values() -> None:
    items = at(operation("dynamodb.scan", is_resource=True).response, "Items")
    assert items.shape == ListShape(MapShape(ScalarShape(Kind.DYNAMODB_VALUE)))
    assert at(operation("dynamodb.scan").response, "Items").shape != items.shape
    assert (
        unserializable_members(operation("dynamodb.scan", is_resource=True).response, RUNTIME)[0]
        == (unserializable_members(operation("dynamodb.scan", is_resource=True).response, JSON_DUMPS)[0])
    )


PAGINATED = {
    "sns.list_topics": ["Topics", "NextToken"],
    "dynamodb.scan": ["Items", "Count", "ScannedCount", "ConsumedCapacity", "NextToken"],
    "athena.get_query_results": ["ResultSet", "UpdateCount", "NextToken"],
    "kinesis.describe_stream": ["StreamDescription", "NextToken"],
    "iam.list_users": ["Users", "NextToken"],
}


@pytest.mark.parametrize("name", PAGINATED)
def test_full_result_of_a_paginator(name: str) -> None:
    service_name, _, operation_name = name.partition(".")
    paginator = known(service_name).paginator(operation_name)
    assert paginator is not None
    assert list(paginator.full_result.members) == PAGINATED[name]
    assert paginator.page == operation(name).response


def test_full_result_keeps_what_lies_on_the_paths_only() -> None:
    paginator = known("athena").paginator("get_query_results")
    assert paginator is not None
    assert set(at(paginator.full_result, "ResultSet").shape.members) == {"Rows", "ResultSetMetadata"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("service_name", "resource", "name", "expected"),
    [
        ("s3", "", "Bucket", FactoryMember("Bucket", 1)),
        ("s3", "Bucket", "Object", FactoryMember("Object", 1)),
        ("s3", "", "Object", FactoryMember("Object", 2)),
        ("s3", "", "buckets", CollectionMember("Bucket", ())),
        ("s3", "Bucket", "objects", CollectionMember("ObjectSummary", ("delete",))),
        ("s3", "Bucket", "name", AttributeMember(ScalarShape(Kind.STRING))),
        ("s3", "Bucket", "creation_date", AttributeMember(ScalarShape(Kind.TIMESTAMP))),
        ("s3", "ObjectSummary", "key", AttributeMember(ScalarShape(Kind.STRING))),
        ("s3", "ObjectSummary", "last_modified", AttributeMember(ScalarShape(Kind.TIMESTAMP))),
        ("s3", "ObjectSummary", "size", AttributeMember(ScalarShape(Kind.INTEGER))),
        ("s3", "Object", "upload_file", ShapeAction(ScalarShape(Kind.NONE))),
        ("s3", "Object", "reload", ShapeAction(ScalarShape(Kind.NONE))),
        ("s3", "Bucket", "wait_until_exists", ShapeAction(ScalarShape(Kind.NONE))),
        ("s3", "Bucket", "put_object", ResourceAction("Object", many=False)),
        ("s3", "Bucket", "meta", None),
        ("ec2", "", "create_instances", ResourceAction("Instance", many=True)),
        ("ec2", "Instance", "vpc", ReferenceMember("Vpc", many=False)),
        ("ec2", "Instance", "network_interfaces", ReferenceMember("NetworkInterface", many=True)),
        ("ec2", "Instance", "launch_time", AttributeMember(ScalarShape(Kind.TIMESTAMP))),
        ("ec2", "Instance", "instance_id", AttributeMember(ScalarShape(Kind.STRING))),
        ("sqs", "", "get_queue_by_name", ResourceAction("Queue", many=False)),
        ("sqs", "Queue", "receive_messages", ResourceAction("Message", many=True)),
        ("sqs", "Message", "body", AttributeMember(ScalarShape(Kind.STRING))),
        ("dynamodb", "Table", "batch_writer", BatchWriterAction()),
        ("dynamodb", "", "create_table", ResourceAction("Table", many=False)),
    ],
)
def test_resource_members(service_name: str, resource: str, name: str, expected: object) -> None:
    resource_class = known(service_name, is_resource=True).resource_class(resource)
    assert resource_class is not None
    assert resource_class.member(name) == expected


def test_actions_of_a_resource_give_responses() -> None:
    table = known("dynamodb", is_resource=True).resource_class("Table")
    assert table is not None
    get_item = operation("dynamodb.get_item", is_resource=True)
    assert table.member("get_item") == ResponseAction(get_item, given=("TableName",))


def test_batch_action_gives_a_list_of_responses() -> None:
    summary = known("s3", is_resource=True).resource_class("ObjectSummary")
    assert summary is not None
    assert summary.batch_action("delete") == ListShape(
        operation("s3.delete_objects", is_resource=True).response
    )
    assert summary.batch_action("copy") is None
