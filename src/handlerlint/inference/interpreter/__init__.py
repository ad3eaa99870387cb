"""What nodes of the syntax tree do: one file a family of statements or expressions."""
