# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from aws_lambda_powertools.utilities.data_classes.common import DictWrapper

class AWSConfigConfigurationChanged(DictWrapper):
    configuration_item: AWSConfigConfigurationItemChanged
    record_version: str
    message_type: str
    notification_creation_time: str

class AWSConfigConfigurationItemChanged(DictWrapper):
    configuration_item_version: str
    configuration_item_capture_time: str
    configuration_state_id: str
    accountid: str
    configuration_item_status: str
    resource_type: str
    resource_id: str
    resource_name: str
    resource_arn: str
    region: str
    availability_zone: str
    configuration_state_md5_hash: str
    resource_creation_time: str

class AWSConfigScheduledNotification(DictWrapper):
    accountid: str
    notification_creation_time: str
    record_version: str
    message_type: str

class AWSConfigOversizedConfiguration(DictWrapper):
    configuration_item_summary: AWSConfigOversizedConfigurationItemSummary
    raw_configuration_item_summary: str
    message_type: str
    notification_creation_time: str
    record_version: str

class AWSConfigOversizedConfigurationItemSummary(DictWrapper):
    change_type: str
    configuration_item_version: str
    configuration_item_capture_time: str
    configuration_state_id: str
    accountid: str
    configuration_item_status: str
    resource_type: str
    resource_id: str
    resource_name: str
    resource_arn: str
    region: str
    availability_zone: str
    configuration_state_md5_hash: str
    resource_creation_time: str

class AWSConfigRuleEvent(DictWrapper):
    version: str
    invoking_event: (
        AWSConfigConfigurationChanged | AWSConfigScheduledNotification | AWSConfigOversizedConfiguration
    )
    raw_invoking_event: str
    result_token: str
    event_left_scope: bool
    execution_role_arn: str
    config_rule_arn: str
    config_rule_name: str
    config_rule_id: str
    accountid: str
    evalution_mode: str | None
