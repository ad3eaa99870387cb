"""handlerlint inside other programs, flake8 and pytest: thin adapters around `linter`."""
