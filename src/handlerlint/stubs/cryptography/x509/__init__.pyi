# cryptography 50.0, https://cryptography.io/en/latest/x509/reference/
from datetime import datetime
from typing import Any

class Name:
    def rfc4514_string(self, *args: Any) -> str: ...

class Certificate:
    serial_number: int
    issuer: Name
    subject: Name
    not_valid_before: datetime
    not_valid_after: datetime
    not_valid_before_utc: datetime
    not_valid_after_utc: datetime
    signature: bytes
    def fingerprint(self, algorithm: Any) -> bytes: ...
    def public_bytes(self, encoding: Any) -> bytes: ...
    def public_key(self) -> Any: ...

def load_pem_x509_certificate(data: bytes, backend: Any = ...) -> Certificate: ...
def load_der_x509_certificate(data: bytes, backend: Any = ...) -> Certificate: ...
