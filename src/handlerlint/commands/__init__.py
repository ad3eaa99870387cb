"""One file a command: its arguments (`add_arguments`) and what it does (`run`). Called by `cli`."""
