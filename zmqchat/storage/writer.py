"""The one writer: owns the connection that writes, and hands out transactions on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from zmqchat.domain.changes import Change
from zmqchat.domain.projection import Projected
from zmqchat.domain.state import StoredEvent
from zmqchat.storage.failures import write_failures
from zmqchat.storage.transaction import Memory, Statements, Transaction

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPICursor
    from sqlalchemy.pool import PoolProxiedConnection


_GROWTH: Final = 3
"""Bytes of log for a byte of a request: of a batch of short messages 2.6, of long ones 1.3."""


class Writer:
    """Used by one thread at a time.

    After any failure the transaction is rolled back and the next one uses a new connection.
    """

    def __init__(
        self,
        engine: sa.Engine,
        upsert: Callable[[sa.Table], sa.Insert],
        begin: str,
        erased: Callable[[], None],
        make_room: Callable[[int], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """`begin` is the statement that begins a transaction which will write; `erased` is called
        after a commit that erased something, `make_room` before each, with its size in bytes, and
        `failed` after one that was not possible.
        """
        self._engine = engine
        self._erased = erased
        self._make_room = make_room
        self._failed = failed
        self._statements = Statements(engine.dialect, upsert, begin)
        self._memory = Memory()
        self._connection: PoolProxiedConnection | None = None
        self._cursor: DBAPICursor | None = None

    @contextmanager
    def transaction(self, size: int = 0) -> Iterator[Transaction]:
        """All or nothing, on disk when the block ends (as far as the durability says).

        `size` is what is to be written, in bytes of the requests that it comes from.

        Raises ChatError STORAGE_FAILED when nothing was written: the disk is full, an I/O error,
        another process holds the lock, or a constraint does not hold.
        """
        self._make_room(_GROWTH * size)
        with write_failures(self._engine):
            try:
                connection, cursor = self._connected()
                transaction = Transaction(cursor, self._statements, self._memory)
                yield transaction
                if transaction.begun:
                    connection.commit()
                transaction.committed()
            except BaseException as error:
                self._discard()
                self._failed(error)
                raise
        if transaction.erased:
            self._erased()

    def commit(
        self,
        events: Sequence[StoredEvent],
        changes: Sequence[Change],
        projected: Sequence[Projected] = (),
    ) -> None:
        """A transaction that only writes."""
        with self.transaction(sum(len(event.body) for event in events)) as transaction:
            transaction.write(events, changes, projected)

    def close(self) -> None:
        """Closes the connection; the last one out writes the WAL into the database."""
        if self._connection is not None:
            self._connection.close()
            self._connection = self._cursor = None
        self._engine.dispose()

    def _connected(self) -> tuple[PoolProxiedConnection, DBAPICursor]:
        if self._connection is None or self._cursor is None:
            self._connection = self._engine.raw_connection()
            self._cursor = self._connection.cursor()
        return self._connection, self._cursor

    def _discard(self) -> None:
        """After a failure, whichever: a new connection is known to be good, and costs little."""
        self._memory = Memory()
        connection, self._connection, self._cursor = self._connection, None, None
        if connection is not None:
            # By hand: closed while anything still refers to it, it would keep the lock.
            with suppress(self._engine.dialect.loaded_dbapi.Error):
                connection.rollback()
            connection.invalidate()
            connection.close()
