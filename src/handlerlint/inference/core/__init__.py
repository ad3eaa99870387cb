"""What all of interpretation shares: frames, the budget, dispatch by node, call summaries, the registry of overlays."""
