"""Python files on disk: parse, import resolution, suppressions, positions. Used by all later stages."""
