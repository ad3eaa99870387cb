# cryptography 50.0, https://cryptography.io/en/latest/
__version__: str
