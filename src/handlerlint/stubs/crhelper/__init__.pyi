# crhelper 2.0, https://github.com/aws-cloudformation/custom-resource-helper
from crhelper.resource_helper import FAILED as FAILED, SUCCESS as SUCCESS, CfnResource as CfnResource
