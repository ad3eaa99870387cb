"""Which Lambda functions does this project configure? One file per source of truth."""
