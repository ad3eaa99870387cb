"""Every fixture about return values, run by the real runtime client and judged by the static pass."""
