"""What values can the expressions of a handler have? The rooms below, from `entry` down, each know those under them."""
