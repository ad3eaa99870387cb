# chalice 1.34, https://aws.github.io/chalice/
from chalice.app import (
    AuthResponse as AuthResponse,
    BadRequestError as BadRequestError,
    Blueprint as Blueprint,
    Chalice as Chalice,
    ChaliceViewError as ChaliceViewError,
    ConflictError as ConflictError,
    ForbiddenError as ForbiddenError,
    NotFoundError as NotFoundError,
    Response as Response,
    UnauthorizedError as UnauthorizedError,
    UnprocessableEntityError as UnprocessableEntityError,
)
