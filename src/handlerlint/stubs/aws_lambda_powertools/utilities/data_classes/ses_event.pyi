# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from collections.abc import Iterator

from aws_lambda_powertools.utilities.data_classes.common import DictWrapper

class SESMailHeader(DictWrapper):
    name: str
    value: str

class SESMailCommonHeaders(DictWrapper):
    return_path: str
    get_from: list[str]
    date: str
    to: list[str]
    message_id: str
    subject: str
    cc: list[str]
    bcc: list[str]
    sender: list[str]
    reply_to: list[str]

class SESMail(DictWrapper):
    timestamp: str
    source: str
    message_id: str
    destination: list[str]
    headers_truncated: bool
    headers: Iterator[SESMailHeader]
    common_headers: SESMailCommonHeaders

class SESReceiptStatus(DictWrapper):
    status: str

class SESReceiptAction(DictWrapper):
    get_type: str
    topic_arn: str | None
    function_arn: str
    invocation_type: str

class SESReceipt(DictWrapper):
    timestamp: str
    processing_time_millis: int
    recipients: list[str]
    spam_verdict: SESReceiptStatus
    virus_verdict: SESReceiptStatus
    spf_verdict: SESReceiptStatus
    dkim_verdict: SESReceiptStatus
    dmarc_verdict: SESReceiptStatus
    dmarc_policy: str | None
    action: SESReceiptAction

class SESMessage(DictWrapper):
    mail: SESMail
    receipt: SESReceipt

class SESEventRecord(DictWrapper):
    event_source: str
    event_version: str
    ses: SESMessage

class SESEvent(DictWrapper):
    records: Iterator[SESEventRecord]
    record: SESEventRecord
    mail: SESMail
    receipt: SESReceipt
