"""Functions of Chalice applications, from their configuration and their modules."""
