"""The functions behind the API and the queue."""
