"""Whether a server may start with the database that it finds: a lost one is never begun anew.

The first start notes the realm's id beside its keys. From then on keys and database belong
together: without its database the realm would come up empty, and every name could be claimed by
somebody else.
"""

from __future__ import annotations

from pathlib import Path

from zmqchat.errors import ChatError, Code, Unavailable
from zmqchat.security import keys
from zmqchat.storage import held_realm
from zmqchat.storage.backup import newest_backup
from zmqchat.storage.engines import backend_for

LAST_BACKUP = "last-backup"
"""The file of a data directory that says where its newest backup was written to."""


def check(data: Path, database: str) -> None:
    """Unavailable(DATA_DIRECTORY) where the database is not the one of the keys in `data`."""
    expected = keys.realm_id(data)
    try:
        held = held_realm(database)
    except ChatError as error:
        newest = None if expected is None else newest_backup(data, expected, *_last_backup(data))
        if newest is None:
            raise
        raise Unavailable(
            error.code,
            f"{error.message}; the newest that was found: "
            f"`zmqchat admin restore {newest} --data {data}`",
        ) from error
    if expected is None or held == expected:
        return
    name = backend_for(database).name
    if held is not None:
        raise Unavailable(
            Code.DATA_DIRECTORY,
            f"the database {name} is of another realm than the keys in {data}; nothing was "
            "changed; put the right one in its place, or name it with --database",
        )
    raise Unavailable(Code.DATA_DIRECTORY, f"{_what_is_lost(name)}; {_remedy(data, expected)}")


def _what_is_lost(name: str) -> str:
    left = backend_for(name).log_left
    kept = f"; {left} holds its last changes: keep it" if left else ""
    how = "holds nothing" if Path(name).exists() else "is missing"
    return f"the database {name} of this realm {how}{kept}; nothing was changed"


def _remedy(data: Path, realm: bytes) -> str:
    newest = newest_backup(data, realm, *_last_backup(data))
    found = f"restore {newest}, the newest backup that was found" if newest else "restore a backup"
    return (
        f"put it back, or {found}: `zmqchat admin restore {newest or 'FILE'} --data {data}`; to "
        f"begin with no people and no messages: `zmqchat admin new-realm --data {data}`"
    )


def _last_backup(data: Path) -> list[Path]:
    try:
        text = (data / LAST_BACKUP).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return []
    return [Path(text)] if text else []
