"""The AWS SDK: clients, resources, operations and their responses."""
