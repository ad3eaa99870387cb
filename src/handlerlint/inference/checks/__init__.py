"""What does not serialize."""
