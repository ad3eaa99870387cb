"""Functions that programs in Python make: applications of the AWS CDK and of Pulumi, read from their source."""
