"""One of a profile's SQLite files: opened, used in transactions, its failures told to a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

from zmqchat.errors import ChatError, Code

_BUSY_S = 15.0


class Damaged(ChatError):
    """The file is no database any more, or holds what no database of this kind does."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What is in a file: its tables, and the pragmas that it is used with.

    `version` is what a new file gets.
    """

    schema: str
    version: int
    pragmas: tuple[str, ...]


class Database:
    """One process's hold on a file; use it from one thread."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self.path = path
        self.on_damage: Callable[[Damaged], None] = lambda _error: None
        """Is told of damage, before whoever came upon it."""
        with self.failing():
            self._connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
        try:
            with self.failing():
                self._prepare(layout)
        except BaseException:
            self._connection.close()
            raise

    def _prepare(self, layout: Layout) -> None:
        self.path.chmod(0o600)
        for pragma in layout.pragmas:
            self.pragma(pragma)
        with self.transaction():
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
            if version == 0:
                for statement in layout.schema.split(";\n"):
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA user_version = {layout.version}")
            elif version != layout.version:
                raise ChatError(
                    Code.BAD_PROFILE,
                    f"{self.path} was written by another version of zmqchat. Nothing was changed; "
                    "use that version.",
                )

    @contextmanager
    def failing(self) -> Iterator[None]:
        """Errors of the file and of what is in it are ChatErrors; Damaged where it is broken."""
        try:
            yield
        except msgspec.MsgspecError as error:
            raise self._damaged(error) from None
        except (sqlite3.Error, OSError) as error:
            if type(error) is sqlite3.DatabaseError:  # "not a database", "malformed"
                raise self._damaged(error) from None
            raise ChatError(Code.STORAGE_FAILED, self._failure(error)) from None

    def _failure(self, error: sqlite3.Error | OSError) -> str:
        if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            what = f"The disk is full: the profile's file {self.path} cannot be written"
        else:
            what = f"The profile's file {self.path} cannot be used: {error}"
        return (
            f"{what.rstrip('.')}. What was acknowledged is safe on the server; see that the disk "
            "has room, and try again."
        )

    def _damaged(self, error: Exception) -> ChatError:
        with suppress(OSError):
            mark_of(self.path).touch()
        damage = Damaged(
            Code.STORAGE_FAILED,
            f"The profile's file {self.path} is damaged ({error}). What was acknowledged is safe "
            "on the server, and what was not sent yet is kept apart. Start again: the file is set "
            "aside then, and what was received comes again from the server.",
        )
        self.on_damage(damage)
        return damage

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction, whole or not at all; ChatError(STORAGE_FAILED) where it fails."""
        with self.failing():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.rollback()
                raise
            try:
                self._connection.commit()
            except BaseException:
                self._connection.rollback()
                raise

    def all(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with self.failing(), closing(self._connection.cursor()) as cursor:
            return cursor.execute(query, values).fetchall()

    def pragma(self, text: str) -> list[tuple[Any, ...]]:
        """Sets or asks for a pragma."""
        return self._connection.execute(f"PRAGMA {text}").fetchall()

    def clean(self) -> bool:
        """Empty the database's log: the copies of what was erased since go with it.

        False where another process reads from it just now; nothing waits for that.
        """
        with self.failing():
            self.pragma("busy_timeout = 0")
            try:
                ((busy, _, _),) = self.pragma("wal_checkpoint(TRUNCATE)")
            finally:
                self.pragma(f"busy_timeout = {int(_BUSY_S * 1000)}")
        return not busy

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def mark_of(path: Path) -> Path:
    """Is there once a file was found to be damaged: opening it again would not show that."""
    return path.with_name(f"{path.name}.damaged")


def beside(path: Path) -> tuple[Path, Path]:
    """What SQLite keeps beside a database while it is in use: its log, and the log's index."""
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def move_aside(path: Path) -> Path:
    """Puts a damaged file where it is in nobody's way; returns its new place."""
    aside = next(
        aside
        for number in count(1)
        if not (aside := path.with_name(f"{path.name}.damaged-{number}")).exists()
    )
    try:
        path.replace(aside)
        for other in (*beside(path), mark_of(path)):
            other.unlink(missing_ok=True)
    except OSError as error:
        raise ChatError(
            Code.STORAGE_FAILED,
            f"The damaged file {path} cannot be moved away: {error.strerror}.",
        ) from None
    return aside
