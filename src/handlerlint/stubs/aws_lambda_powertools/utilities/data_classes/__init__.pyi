# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from aws_lambda_powertools.utilities.data_classes.alb_event import ALBEvent as ALBEvent
from aws_lambda_powertools.utilities.data_classes.api_gateway_proxy_event import (
    APIGatewayProxyEvent as APIGatewayProxyEvent,
    APIGatewayProxyEventV2 as APIGatewayProxyEventV2,
)
from aws_lambda_powertools.utilities.data_classes.api_gateway_websocket_event import (
    APIGatewayWebSocketEvent as APIGatewayWebSocketEvent,
)
from aws_lambda_powertools.utilities.data_classes.appsync_resolver_event import (
    AppSyncResolverEvent as AppSyncResolverEvent,
)
from aws_lambda_powertools.utilities.data_classes.cloud_watch_logs_event import (
    CloudWatchLogsEvent as CloudWatchLogsEvent,
)
from aws_lambda_powertools.utilities.data_classes.cloudformation_custom_resource_event import (
    CloudFormationCustomResourceEvent as CloudFormationCustomResourceEvent,
)
from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import (
    DynamoDBStreamEvent as DynamoDBStreamEvent,
)
from aws_lambda_powertools.utilities.data_classes.event_bridge_event import (
    EventBridgeEvent as EventBridgeEvent,
)
from aws_lambda_powertools.utilities.data_classes.event_source import event_source as event_source
from aws_lambda_powertools.utilities.data_classes.kinesis_firehose_event import (
    KinesisFirehoseDataTransformationRecord as KinesisFirehoseDataTransformationRecord,
    KinesisFirehoseDataTransformationRecordMetadata as KinesisFirehoseDataTransformationRecordMetadata,
    KinesisFirehoseDataTransformationResponse as KinesisFirehoseDataTransformationResponse,
    KinesisFirehoseEvent as KinesisFirehoseEvent,
)
from aws_lambda_powertools.utilities.data_classes.kinesis_stream_event import (
    KinesisStreamEvent as KinesisStreamEvent,
)
from aws_lambda_powertools.utilities.data_classes.lambda_function_url_event import (
    LambdaFunctionUrlEvent as LambdaFunctionUrlEvent,
)
from aws_lambda_powertools.utilities.data_classes.s3_event import (
    S3Event as S3Event,
    S3EventBridgeNotificationEvent as S3EventBridgeNotificationEvent,
)
from aws_lambda_powertools.utilities.data_classes.secrets_manager_event import (
    SecretsManagerEvent as SecretsManagerEvent,
)
from aws_lambda_powertools.utilities.data_classes.sns_event import SNSEvent as SNSEvent
from aws_lambda_powertools.utilities.data_classes.sqs_event import (
    SQSEvent as SQSEvent,
    SQSRecord as SQSRecord,
)
from aws_lambda_powertools.utilities.data_classes.aws_config_rule_event import (
    AWSConfigRuleEvent as AWSConfigRuleEvent,
)
from aws_lambda_powertools.utilities.data_classes.cloud_watch_alarm_event import (
    CloudWatchAlarmConfiguration as CloudWatchAlarmConfiguration,
    CloudWatchAlarmData as CloudWatchAlarmData,
    CloudWatchAlarmEvent as CloudWatchAlarmEvent,
    CloudWatchAlarmMetric as CloudWatchAlarmMetric,
    CloudWatchAlarmMetricStat as CloudWatchAlarmMetricStat,
    CloudWatchAlarmState as CloudWatchAlarmState,
)
from aws_lambda_powertools.utilities.data_classes.cloud_watch_custom_widget_event import (
    CloudWatchDashboardCustomWidgetEvent as CloudWatchDashboardCustomWidgetEvent,
)
from aws_lambda_powertools.utilities.data_classes.code_pipeline_job_event import (
    CodePipelineJobEvent as CodePipelineJobEvent,
)
from aws_lambda_powertools.utilities.data_classes.connect_contact_flow_event import (
    ConnectContactFlowEvent as ConnectContactFlowEvent,
)
from aws_lambda_powertools.utilities.data_classes.kafka_event import KafkaEvent as KafkaEvent
from aws_lambda_powertools.utilities.data_classes.s3_batch_operation_event import (
    S3BatchOperationEvent as S3BatchOperationEvent,
    S3BatchOperationResponse as S3BatchOperationResponse,
    S3BatchOperationResponseRecord as S3BatchOperationResponseRecord,
)
from aws_lambda_powertools.utilities.data_classes.ses_event import SESEvent as SESEvent
from aws_lambda_powertools.utilities.data_classes.vpc_lattice import (
    VPCLatticeEvent as VPCLatticeEvent,
    VPCLatticeEventV2 as VPCLatticeEventV2,
)
