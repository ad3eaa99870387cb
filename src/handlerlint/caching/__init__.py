"""Results and groups of earlier runs, and the one storage for every cache of ours. It imports nothing that costs."""
