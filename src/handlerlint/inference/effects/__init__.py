"""What code that is not followed may do to objects: havoc, escape, suspended frames, weak updates."""
