"""Opens a database, for the one server that writes it or for anybody who only reads."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import sqlalchemy as sa

from zmqchat.errors import Code, Unavailable
from zmqchat.storage import schema, tables
from zmqchat.storage.engines import Claim, Eraser, backend_for
from zmqchat.storage.reader import Reader
from zmqchat.storage.values import Durability
from zmqchat.storage.writer import Writer


class Store(Reader):
    """A database and its writer. Reads from any thread, `writer` by one thread at a time."""

    def __init__(self, readers: sa.Engine, writer: Writer, eraser: Eraser, claim: Claim) -> None:
        super().__init__(readers)
        self.writer = writer
        self._eraser = eraser
        self._claim = claim

    def close(self) -> None:
        """Closes all connections and lets the next server in; the writer's thread has ended."""
        super().close()
        self._eraser.close()
        self.writer.close()
        self._claim.close()


def open_store(database: str | Path, durability: Durability = Durability.FULL) -> Store:
    """The store at a path or URL, for this process alone until it is closed.

    Makes the database where there is none and upgrades an older one. ChatError DATA_DIRECTORY
    when it is in use, somebody else's, no zmqchat database, or of a newer version; USAGE for an
    engine that is not supported.
    """
    backend = backend_for(str(database))
    with ExitStack() as undo:
        claim = backend.claim()
        undo.callback(claim.close)
        engine = backend.writer(durability)
        undo.callback(engine.dispose)
        schema.prepare(engine, backend.name)
        eraser = backend.eraser()
        undo.callback(eraser.close)
        eraser.start()
        undo.pop_all()
    writer = Writer(engine, backend.upsert, backend.begin, eraser.request)
    return Store(backend.readers(), writer, eraser, claim)


def open_reader(database: str | Path, *, older: bool = False) -> Reader:
    """A reader of an existing database, also beside the server that writes it.

    ChatError DATA_DIRECTORY when there is none, or of a version that this code cannot read
    (with `older`, which is for copying it, only of a newer one).
    """
    backend = backend_for(str(database))
    if not backend.exists:
        raise Unavailable(
            Code.DATA_DIRECTORY,
            f"there is no database at {backend.name}, or it is empty; nothing was changed; check "
            "the path",
        )
    with ExitStack() as undo:
        readers = backend.readers()
        undo.callback(readers.dispose)
        schema.check(readers, backend.name, older=older)
        undo.pop_all()
    return Reader(readers)


def held_realm(database: str | Path) -> bytes | None:
    """The id of the realm that a database holds; None where there is no database, or no realm.

    Nothing is made. ChatError DATA_DIRECTORY where there is something else, or it is damaged.
    """
    backend = backend_for(str(database))
    if not backend.exists:
        return None
    readers = backend.readers()
    try:
        if not schema.is_made(readers, backend.name):
            return None
        with readers.begin() as connection:
            return connection.execute(sa.select(tables.realm.c.id)).scalar()
    except sa.exc.DBAPIError as error:
        raise schema.unusable(backend.name, error) from error
    finally:
        readers.dispose()
