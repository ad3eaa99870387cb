"""Which imports of a handler nothing brings that travels with it: the facts behind HL108."""
