# aws-lambda-powertools 3.37, https://docs.powertools.aws.dev/lambda/python/latest/utilities/data_classes/
from aws_lambda_powertools.utilities.data_classes.common import DictWrapper

class CallerContext(DictWrapper):
    aws_sdk_version: str
    client_id: str

class BaseTriggerEvent(DictWrapper):
    version: str
    region: str
    user_pool_id: str
    trigger_source: str
    user_name: str
    caller_context: CallerContext

class PreSignUpTriggerEventRequest(DictWrapper):
    user_attributes: dict[str, str]
    validation_data: dict[str, str]
    client_metadata: dict[str, str]

class PreSignUpTriggerEventResponse(DictWrapper):
    auto_confirm_user: bool
    auto_verify_email: bool
    auto_verify_phone: bool

class PreSignUpTriggerEvent(BaseTriggerEvent):
    request: PreSignUpTriggerEventRequest
    response: PreSignUpTriggerEventResponse

class PostConfirmationTriggerEventRequest(DictWrapper):
    user_attributes: dict[str, str]
    client_metadata: dict[str, str]

class PostConfirmationTriggerEvent(BaseTriggerEvent):
    request: PostConfirmationTriggerEventRequest

class UserMigrationTriggerEventRequest(DictWrapper):
    password: str
    validation_data: dict[str, str]
    client_metadata: dict[str, str]

class UserMigrationTriggerEventResponse(DictWrapper):
    user_attributes: dict[str, str]
    final_user_status: str | None
    message_action: str | None
    desired_delivery_mediums: list[str]
    force_alias_creation: bool | None
    enable_sms_mfa: bool | None

class UserMigrationTriggerEvent(BaseTriggerEvent):
    request: UserMigrationTriggerEventRequest
    response: UserMigrationTriggerEventResponse

class CustomMessageTriggerEventRequest(DictWrapper):
    code_parameter: str
    link_parameter: str
    username_parameter: str
    user_attributes: dict[str, str]
    client_metadata: dict[str, str]

class CustomMessageTriggerEventResponse(DictWrapper):
    sms_message: str
    email_message: str
    email_subject: str

class CustomMessageTriggerEvent(BaseTriggerEvent):
    request: CustomMessageTriggerEventRequest
    response: CustomMessageTriggerEventResponse

class PreAuthenticationTriggerEventRequest(DictWrapper):
    user_not_found: bool | None
    user_attributes: dict[str, str]
    validation_data: dict[str, str]

class PreAuthenticationTriggerEvent(BaseTriggerEvent):
    request: PreAuthenticationTriggerEventRequest

class PostAuthenticationTriggerEventRequest(DictWrapper):
    new_device_used: bool
    user_attributes: dict[str, str]
    client_metadata: dict[str, str]

class PostAuthenticationTriggerEvent(BaseTriggerEvent):
    request: PostAuthenticationTriggerEventRequest

class GroupOverrideDetails(DictWrapper):
    groups_to_override: list[str]
    iam_roles_to_override: list[str]
    preferred_role: str | None

class PreTokenGenerationTriggerEventRequest(DictWrapper):
    group_configuration: GroupOverrideDetails
    user_attributes: dict[str, str]
    client_metadata: dict[str, str]

class PreTokenGenerationTriggerV2EventRequest(PreTokenGenerationTriggerEventRequest):
    scopes: list[str]

class ClaimsOverrideBase(DictWrapper):
    claims_to_add_or_override: dict[str, str]
    claims_to_suppress: list[str]

class GroupConfigurationBase(DictWrapper):
    group_configuration: GroupOverrideDetails | None

class ClaimsOverrideDetails(ClaimsOverrideBase, GroupConfigurationBase): ...

class TokenClaimsAndScopeOverrideDetails(ClaimsOverrideBase):
    scopes_to_add: list[str]
    scopes_to_suppress: list[str]

class ClaimsAndScopeOverrideDetails(GroupConfigurationBase):
    id_token_generation: TokenClaimsAndScopeOverrideDetails
    access_token_generation: TokenClaimsAndScopeOverrideDetails

class PreTokenGenerationTriggerEventResponse(DictWrapper):
    claims_override_details: ClaimsOverrideDetails

class PreTokenGenerationTriggerV2EventResponse(DictWrapper):
    claims_scope_override_details: ClaimsAndScopeOverrideDetails

class PreTokenGenerationTriggerEvent(BaseTriggerEvent):
    request: PreTokenGenerationTriggerEventRequest
    response: PreTokenGenerationTriggerEventResponse

class PreTokenGenerationV2TriggerEvent(BaseTriggerEvent):
    request: PreTokenGenerationTriggerV2EventRequest
    response: PreTokenGenerationTriggerV2EventResponse

class ChallengeResult(DictWrapper):
    challenge_name: str
    challenge_result: bool
    challenge_metadata: str | None

class DefineAuthChallengeTriggerEventRequest(DictWrapper):
    user_attributes: dict[str, str]
    user_not_found: bool | None
    session: list[ChallengeResult]
    client_metadata: dict[str, str]

class DefineAuthChallengeTriggerEventResponse(DictWrapper):
    challenge_name: str
    fail_authentication: bool
    issue_tokens: bool

class DefineAuthChallengeTriggerEvent(BaseTriggerEvent):
    request: DefineAuthChallengeTriggerEventRequest
    response: DefineAuthChallengeTriggerEventResponse

class CreateAuthChallengeTriggerEventRequest(DictWrapper):
    user_attributes: dict[str, str]
    user_not_found: bool | None
    challenge_name: str
    session: list[ChallengeResult]
    client_metadata: dict[str, str]

class CreateAuthChallengeTriggerEventResponse(DictWrapper):
    public_challenge_parameters: dict[str, str]
    private_challenge_parameters: dict[str, str]
    challenge_metadata: str

class CreateAuthChallengeTriggerEvent(BaseTriggerEvent):
    request: CreateAuthChallengeTriggerEventRequest
    response: CreateAuthChallengeTriggerEventResponse

class VerifyAuthChallengeResponseTriggerEventRequest(DictWrapper):
    user_attributes: dict[str, str]
    private_challenge_parameters: dict[str, str]
    client_metadata: dict[str, str]
    user_not_found: bool | None

class VerifyAuthChallengeResponseTriggerEventResponse(DictWrapper):
    answer_correct: bool

class VerifyAuthChallengeResponseTriggerEvent(BaseTriggerEvent):
    request: VerifyAuthChallengeResponseTriggerEventRequest
    response: VerifyAuthChallengeResponseTriggerEventResponse

class CustomEmailSenderTriggerEventRequest(DictWrapper):
    type: str
    code: str
    user_attributes: dict[str, str]
    client_metadata: dict[str, str]

class CustomEmailSenderTriggerEvent(BaseTriggerEvent):
    request: CustomEmailSenderTriggerEventRequest

class CustomSMSSenderTriggerEventRequest(DictWrapper):
    type: str
    code: str
    user_attributes: dict[str, str]
    client_metadata: dict[str, str]

class CustomSMSSenderTriggerEvent(BaseTriggerEvent):
    request: CustomSMSSenderTriggerEventRequest
