"""What the store needs of a database engine, and the choice of one by URL.

Everything that differs between databases is behind `Backend`; a further engine is one more file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import sqlalchemy as sa

from zmqchat.errors import Code, UsageError
from zmqchat.storage.room import Place
from zmqchat.storage.values import Durability


class Claim(Protocol):
    """The right to be the only writer of a database, until it is closed."""

    def close(self) -> None:
        """Gives the right back."""


class Eraser(Protocol):
    """Takes erased content out of what the engine keeps beside its tables, as soon as it can."""

    def start(self) -> None:
        """Takes out what an earlier process left; later, if readers are in the way."""

    def request(self) -> None:
        """Something was erased: takes it out in the background. Returns at once."""

    def close(self) -> None:
        """Ends; what is left is the next start's."""


class Backend(Protocol):
    """One database of one engine. `name` is what a person knows it by (no password in it)."""

    @property
    def name(self) -> str:
        """The path or address, for messages."""

    @property
    def exists(self) -> bool:
        """Whether there is a database to read."""

    @property
    def log_left(self) -> Path | None:
        """What the engine kept beside its database for the next start, where that is a file."""

    @property
    def begin(self) -> str:
        """The statement that begins a transaction of the writer, with its lock."""

    def claim(self) -> Claim:
        """Takes the right to write the database; Unavailable when another process has it."""

    def writer(self, durability: Durability) -> sa.Engine:
        """An engine of one connection whose transactions hold the write lock from their start.

        The database may be empty.
        """

    def readers(self) -> sa.Engine:
        """A pool of connections that cannot write, usable from any thread."""

    def lone_reader(self) -> sa.Engine:
        """A connection that cannot write, for one reader at a time, where the disk is full.

        It keeps all others from the database until `close_lone`.
        """

    def close_lone(self, readers: sa.Engine) -> None:
        """Lets others at the database again, when the read that is under way is done.

        Whoever asks that engine afterwards meets an SQLAlchemyError.
        """

    def is_full(self, error: BaseException) -> bool:
        """Whether it failed because the disk is full."""

    def place(self) -> Place:
        """The disk that it lies on."""

    def eraser(self) -> Eraser:
        """What makes an erasure final, for the one process that writes."""

    def upsert(self, table: sa.Table) -> sa.Insert:
        """INSERT that replaces the row of the same primary key."""

    def copy_to(self, target: Path) -> None:
        """Writes a consistent copy to a file that does not exist yet, beside a running writer."""


def backend_for(database: str) -> Backend:
    """The engine for a path or an SQLAlchemy URL; UsageError for an engine that is not there."""
    from zmqchat.storage.engines.sqlite import SqliteBackend

    if "://" not in database:
        return SqliteBackend(Path(database))
    try:
        url = sa.make_url(database)
    except sa.exc.ArgumentError:
        raise UsageError(
            "the database address is not a URL; nothing was changed; "
            "give a path or sqlite:////absolute/path"
        ) from None
    if url.get_backend_name() == "sqlite" and url.database:
        return SqliteBackend(Path(url.database))
    raise UsageError(
        f"databases of kind {url.get_backend_name()!r} are not supported by this version; "
        "nothing was changed; give a path or sqlite:////absolute/path",
        Code.USAGE,
    )
