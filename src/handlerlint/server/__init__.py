"""The language server: findings while one types, fixes, the way between handlers and handler strings."""
