"""The AWS SDK: clients, resources, operations and what they give."""

from handlerlint.inference.overlays.boto3 import calls, objects

__all__ = ["calls", "objects"]
