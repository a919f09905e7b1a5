"""A database's own errors, told to a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa

from zmqchat.errors import Code, Unavailable

RETRY_S: Final = 1.0
"""When a failed write is worth another try, in seconds."""


class NoRoom(Unavailable):
    """The disk is full."""


def not_written(why: str) -> str:
    """What senders are told of a commit that failed."""
    return (
        f"the server could not write to its database ({why}); nothing of this was stored, and "
        "everything acknowledged is safe; try again when the operator has put it right"
    )


@contextmanager
def write_failures(engine: sa.Engine) -> Iterator[None]:
    """A failed transaction as STORAGE_FAILED: rolled back, and worth another try.

    Of SQLAlchemy's errors and of the engine's driver's own.
    """
    try:
        yield
    except (sa.exc.SQLAlchemyError, engine.dialect.loaded_dbapi.Error) as error:
        raise Unavailable(Code.STORAGE_FAILED, not_written(_reason(error)), RETRY_S) from error


@contextmanager
def read_failures() -> Iterator[None]:
    """A failed read as STORAGE_FAILED."""
    try:
        yield
    except sa.exc.SQLAlchemyError as error:
        raise Unavailable(
            Code.STORAGE_FAILED,
            f"the server could not read from its database ({_reason(error)}); nothing was "
            "changed; try again, and if it stays, the operator should run `zmqchat admin verify`",
            RETRY_S,
        ) from error


def _reason(error: Exception) -> str:
    """The driver's own words, without the statement and its parameters."""
    if isinstance(error, sa.exc.SQLAlchemyError) and not isinstance(error, sa.exc.DBAPIError):
        return type(error).__name__
    return str(error.orig if isinstance(error, sa.exc.DBAPIError) else error)
