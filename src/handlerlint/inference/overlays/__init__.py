"""What functions of a library mean beyond their types: one file a library."""
