"""Facts about Lambda itself: handler strings, runtimes, serialization, limits. Imports nothing of ours."""
