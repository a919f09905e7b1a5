"""The database: tables, the writer of commits, short reads, backup, restore and verification.

SQLAlchemy Core throughout; what an engine does in its own way lies in `engines/`, one file each.
`backup` and `verify` are modules of this package, for those who administer.
"""

from __future__ import annotations

from zmqchat.storage.account import Counts
from zmqchat.storage.messages import Detail, Page
from zmqchat.storage.reader import Reader
from zmqchat.storage.store import Store, held_realm, open_reader, open_store
from zmqchat.storage.values import Durability, Snapshot
from zmqchat.storage.writer import Writer

__all__ = [
    "Counts",
    "Detail",
    "Durability",
    "Page",
    "Reader",
    "Snapshot",
    "Store",
    "Writer",
    "held_realm",
    "open_reader",
    "open_store",
]
