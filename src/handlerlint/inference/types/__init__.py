"""Stub queries, and the conversion of values to types and back. The stub engine below knows nothing about values."""
