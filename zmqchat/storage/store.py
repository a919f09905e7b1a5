"""Opens a database, for the one server that writes it or for anybody who only reads."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

import sqlalchemy as sa

from zmqchat.errors import Code, Unavailable
from zmqchat.storage import schema, tables
from zmqchat.storage.engines import Backend, Claim, backend_for
from zmqchat.storage.failures import NoRoom
from zmqchat.storage.reader import Reader
from zmqchat.storage.room import Room
from zmqchat.storage.values import Durability
from zmqchat.storage.writer import Writer


class Store(Reader):
    """A database and its writer. Reads from any thread, `writer` by one thread at a time.

    On a disk that is so full that the database cannot be opened to be written, only reads are
    served, one after the other, until there is room.
    """

    def __init__(
        self, backend: Backend, engine: sa.Engine, room: Room, claim: Claim, *, awake: bool
    ) -> None:
        super().__init__(backend.readers() if awake else backend.lone_reader())
        self._backend = backend
        self._room = room
        self._claim = claim
        self._awake = awake
        self._eraser = backend.eraser()
        self.writer = Writer(
            engine,
            backend.upsert,
            backend.begin,
            self._eraser.request,
            self._make_room,
            self._failed,
        )
        if awake:
            self._eraser.start()
        with suppress(NoRoom):  # it is said, and reads are served
            self._make_room(0)

    @property
    def is_full(self) -> bool:
        """Whether nothing is written because the disk is full."""
        return self._room.is_full

    def _make_room(self, size: int) -> None:
        self._room.make(size)
        if not self._awake:
            self._wake()

    def _failed(self, error: BaseException) -> None:
        if self._backend.is_full(error):
            self._room.failed()

    def _wake(self) -> None:
        """There is room to open the database as it should be."""
        self._backend.close_lone(self._readers)
        self._readers = self._backend.readers()
        self._eraser.start()
        self._awake = True

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
        room = Room(backend.place())
        awake = _prepared(engine, backend, room)
        store = Store(backend, engine, room, claim, awake=awake)
        undo.pop_all()
    return store


def _prepared(engine: sa.Engine, backend: Backend, room: Room) -> bool:
    """Whether the database can be written; if not, it can be read. NoRoom where neither."""
    try:
        schema.prepare(engine, backend)
    except NoRoom:
        engine.dispose()
        room.give_up()
    else:
        return True
    try:
        schema.prepare(engine, backend)
    except NoRoom:
        engine.dispose()
        if not _is_current(backend):
            raise
        return False
    return True


def _is_current(backend: Backend) -> bool:
    readers = backend.lone_reader()
    try:
        return schema.is_current(readers, backend)
    finally:
        readers.dispose()


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
    return Reader(_readers(backend, lambda readers: schema.check(readers, backend, older=older)))


def _readers(backend: Backend, check: Callable[[sa.Engine], object]) -> sa.Engine:
    """What reads a database that passes the check, on a full disk too."""
    readers = backend.readers()
    try:
        check(readers)
    except NoRoom:
        readers.dispose()
        readers = backend.lone_reader()
        try:
            check(readers)
        except BaseException:
            readers.dispose()
            raise
    except BaseException:
        readers.dispose()
        raise
    return readers


def held_realm(database: str | Path) -> bytes | None:
    """The id of the realm that a database holds; None where there is no database, or no realm.

    Nothing is made. ChatError DATA_DIRECTORY where there is something else, or it is damaged.
    """
    backend = backend_for(str(database))
    if not backend.exists:
        return None
    made: list[bool] = []
    readers = _readers(backend, lambda each: made.append(schema.is_made(each, backend)))
    try:
        if not made[-1]:
            return None
        with readers.begin() as connection:
            return connection.execute(sa.select(tables.realm.c.id)).scalar()
    except sa.exc.DBAPIError as error:
        raise schema.unusable(backend, error) from error
    finally:
        readers.dispose()
