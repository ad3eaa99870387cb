"""Functions of the Serverless Framework, with its variables and events."""
