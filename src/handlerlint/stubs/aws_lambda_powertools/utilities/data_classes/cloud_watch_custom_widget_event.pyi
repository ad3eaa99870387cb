# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from aws_lambda_powertools.utilities.data_classes.common import DictWrapper

class TimeZone(DictWrapper):
    label: str
    offset_iso: str
    offset_in_minutes: int

class TimeRange(DictWrapper):
    mode: str
    start: int
    end: int
    relative_start: int | None
    zoom_start: int | None
    zoom_end: int | None

class CloudWatchWidgetContext(DictWrapper):
    dashboard_name: str
    widget_id: str
    domain: str
    account_id: str
    locale: str
    timezone: TimeZone
    period: int
    is_auto_period: bool
    time_range: TimeRange
    theme: str
    link_charts: bool
    title: str
    height: int
    width: int

class CloudWatchDashboardCustomWidgetEvent(DictWrapper):
    describe: bool
    widget_context: CloudWatchWidgetContext | None
