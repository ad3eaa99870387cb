"""The functions that run by the clock."""
