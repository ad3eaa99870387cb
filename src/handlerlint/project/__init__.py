"""The one view of the user's files: reading, listing, asking.

No other room opens, lists or looks up a file of the user; tests/test_architecture.py proves it.
"""
