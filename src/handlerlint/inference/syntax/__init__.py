"""What the text of the program alone says: scopes, bindings, walks over syntax trees. Knows nothing of values."""
