"""Questions to stubs, and types as values. Below it the stub engine, which knows nothing of values."""
