# aws-xray-sdk 2.15, https://docs.aws.amazon.com/xray-sdk-for-python/latest/reference/
