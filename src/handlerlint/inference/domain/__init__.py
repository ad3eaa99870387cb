"""Abstract values, the abstract heap, and how paths are joined. Knows nothing of interpretation."""
