"""Which version a database has: an older one is upgraded, a newer one refused, never guessed at."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from zmqchat.errors import Code, Unavailable
from zmqchat.storage import tables
from zmqchat.storage.engines import Backend
from zmqchat.storage.failures import NoRoom


@dataclass(frozen=True, slots=True)
class _Version:
    version: int
    compatible: int


def prepare(engine: sa.Engine, backend: Backend) -> None:
    """Makes the tables in an empty database and upgrades an older one, in one transaction."""
    name = backend.name
    try:
        with engine.begin() as connection:
            found = _version(connection, name)
            if found is None or found.version < tables.SCHEMA_VERSION:
                _upgrade(connection)
    except sa.exc.DBAPIError as error:
        raise unusable(backend, error) from error


def is_made(engine: sa.Engine, backend: Backend) -> bool:
    """Whether there are tables in the database, of this version or an older one."""
    try:
        with engine.begin() as connection:
            return _version(connection, backend.name) is not None
    except sa.exc.DBAPIError as error:
        raise unusable(backend, error) from error


def is_current(engine: sa.Engine, backend: Backend) -> bool:
    """Whether there are tables in the database, of this very version."""
    try:
        with engine.begin() as connection:
            found = _version(connection, backend.name)
    except sa.exc.DBAPIError as error:
        raise unusable(backend, error) from error
    return found is not None and found.version == tables.SCHEMA_VERSION


def check(engine: sa.Engine, backend: Backend, *, older: bool = False) -> None:
    """Refuses a database that this version cannot read as it is (an older one, unless `older`)."""
    name = backend.name
    try:
        with engine.begin() as connection:
            found = _version(connection, name)
    except sa.exc.DBAPIError as error:
        raise unusable(backend, error) from error
    if found is None:
        raise _foreign(name)
    if found.version < tables.SCHEMA_VERSION and not older:
        raise Unavailable(
            Code.DATA_DIRECTORY,
            f"the database {name} is of an older version; nothing was changed; "
            "start the server of this version once, which upgrades it",
        )


def _version(connection: sa.Connection, name: str) -> _Version | None:
    """The version that the database states; None for an empty one."""
    present = sa.inspect(connection).get_table_names()
    if not present:
        return None
    if tables.schema.name not in present or tables.realm.name not in present:
        raise _foreign(name)
    row = connection.execute(sa.select(tables.schema)).one()
    if row.compatible > tables.SCHEMA_VERSION:
        raise Unavailable(
            Code.DATA_DIRECTORY,
            f"the database {name} was written by a newer zmqchat (schema {row.version}, this one "
            f"knows {tables.SCHEMA_VERSION}); nothing was changed; install the newer version, or "
            "restore a backup made before the upgrade",
        )
    return _Version(row.version, row.compatible)


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command  # 0.1 s of imports that only a migration needs
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "zmqchat.storage:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.execute(sa.delete(tables.schema))
    connection.execute(
        sa.insert(tables.schema).values(
            version=tables.SCHEMA_VERSION, compatible=tables.COMPATIBLE_VERSION
        )
    )


def _foreign(name: str) -> Unavailable:
    return Unavailable(
        Code.DATA_DIRECTORY,
        f"{name} is not a zmqchat database; nothing was changed; check the path",
    )


def unusable(backend: Backend, error: sa.exc.DBAPIError) -> Unavailable:
    """What to say of a database that the engine does not open: NoRoom where its disk is full."""
    name = backend.name
    if backend.is_full(error):
        return NoRoom(
            Code.DATA_DIRECTORY,
            f"the disk of the database {name} is full, so that it cannot be opened; nothing was "
            "changed; make room there (some MiB), and try again",
        )
    return Unavailable(
        Code.DATA_DIRECTORY,
        f"the database {name} cannot be opened ({error.orig}); nothing was changed; "
        "check the path, its permissions and the free space, or restore a backup",
    )
