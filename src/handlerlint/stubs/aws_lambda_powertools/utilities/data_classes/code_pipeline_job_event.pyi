# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from typing import Any

from aws_lambda_powertools.utilities.data_classes.common import DictWrapper

class CodePipelineConfiguration(DictWrapper):
    function_name: str
    user_parameters: str | None

class CodePipelineActionConfiguration(DictWrapper):
    configuration: CodePipelineConfiguration

class CodePipelineS3Location(DictWrapper):
    bucket_name: str
    key: str
    object_key: str

class CodePipelineLocation(DictWrapper):
    get_type: str
    s3_location: CodePipelineS3Location

class CodePipelineArtifact(DictWrapper):
    name: str
    revision: str | None
    location: CodePipelineLocation

class CodePipelineArtifactCredentials(DictWrapper):
    access_key_id: str
    secret_access_key: str
    session_token: str
    expiration_time: int | None

class CodePipelineEncryptionKey(DictWrapper):
    get_id: str
    get_type: str

class CodePipelineData(DictWrapper):
    action_configuration: CodePipelineActionConfiguration
    input_artifacts: list[CodePipelineArtifact]
    output_artifacts: list[CodePipelineArtifact]
    artifact_credentials: CodePipelineArtifactCredentials
    continuation_token: str | None
    encryption_key: CodePipelineEncryptionKey | None

class CodePipelineJobEvent(DictWrapper):
    get_id: str
    account_id: str
    data: CodePipelineData
    user_parameters: str | None
    input_bucket_name: str
    input_object_key: str
    def find_input_artifact(self, *args: Any, **options: Any) -> CodePipelineArtifact | None: ...
    def find_output_artifact(self, *args: Any, **options: Any) -> CodePipelineArtifact | None: ...
    def get_artifact(self, *args: Any, **options: Any) -> str | None: ...
    def put_artifact(self, *args: Any, **options: Any) -> None: ...
