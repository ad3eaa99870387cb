# Types that only handlerlint knows: no library has this module.

class Json:
    """Data that was decoded from JSON: every part of it is again such data, and all of it serializes."""
