"""Configuration files as trees that remember where each value stands: YAML, JSON, TOML. Imports no other room."""
