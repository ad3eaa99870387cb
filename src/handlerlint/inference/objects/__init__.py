"""What happens to objects: attributes, items, iteration, operators, the methods of builtin containers."""
