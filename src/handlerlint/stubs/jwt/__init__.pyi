# PyJWT 2.15, https://pyjwt.readthedocs.io/en/stable/api.html
# `encode` gives a str since 2.0; the payload of a token is JSON.
from typing import Any

from handlerlint_types import Json
from jwt.exceptions import (
    DecodeError as DecodeError,
    ExpiredSignatureError as ExpiredSignatureError,
    ImmatureSignatureError as ImmatureSignatureError,
    InvalidAlgorithmError as InvalidAlgorithmError,
    InvalidAudienceError as InvalidAudienceError,
    InvalidIssuedAtError as InvalidIssuedAtError,
    InvalidIssuerError as InvalidIssuerError,
    InvalidKeyError as InvalidKeyError,
    InvalidSignatureError as InvalidSignatureError,
    InvalidTokenError as InvalidTokenError,
    MissingRequiredClaimError as MissingRequiredClaimError,
    PyJWKClientError as PyJWKClientError,
    PyJWTError as PyJWTError,
)

def encode(payload: Any, key: Any, *args: Any, **options: Any) -> str: ...
def decode(jwt: Any, key: Any = ..., *args: Any, **options: Any) -> Json: ...
def get_unverified_header(jwt: Any) -> Json: ...

class PyJWK:
    key_type: str | None
    key_id: str | None
    key: Any

class PyJWKSet:
    keys: list[PyJWK]

class PyJWKClient:
    def __init__(self, uri: str, *args: Any, **options: Any) -> None: ...
    def get_signing_key_from_jwt(self, token: Any) -> PyJWK: ...
    def get_signing_key(self, kid: str) -> PyJWK: ...
