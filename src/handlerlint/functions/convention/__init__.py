"""Functions that nothing configures but their name: the console's default, and names with two parameters."""
