# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from aws_lambda_powertools.utilities.data_classes.common import DictWrapper

class CloudWatchAlarmState(DictWrapper):
    value: str
    reason: str
    reason_data: str
    actions_suppressed_by: str | None
    actions_suppressed_reason: str | None
    timestamp: str

class CloudWatchAlarmMetric(DictWrapper):
    metric_id: str
    expression: str | None
    label: str | None
    return_data: bool
    metric_stat: CloudWatchAlarmMetricStat

class CloudWatchAlarmMetricStat(DictWrapper):
    period: int | None
    stat: str | None
    unit: str | None

class CloudWatchAlarmData(DictWrapper):
    alarm_name: str
    state: CloudWatchAlarmState
    previous_state: CloudWatchAlarmState
    configuration: CloudWatchAlarmConfiguration

class CloudWatchAlarmConfiguration(DictWrapper):
    description: str | None
    alarm_rule: str | None
    alarm_actions_suppressor: str | None
    alarm_actions_suppressor_wait_period: str | None
    alarm_actions_suppressor_extension_period: str | None
    metrics: list[CloudWatchAlarmMetric]

class CloudWatchAlarmEvent(DictWrapper):
    source: str
    alarm_arn: str
    region: str
    source_account_id: str
    timestamp: str
    alarm_data: CloudWatchAlarmData
