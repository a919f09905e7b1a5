"""The tables, as SQLAlchemy Core sees them; `migrations/` makes them and a test compares the two.

Columns are named like the fields of the values that they hold, which is how the writer fills them.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

SCHEMA_VERSION: Final = 1
"""The version of these tables. Raise it with every migration."""

COMPATIBLE_VERSION: Final = 1
"""The oldest code (by its SCHEMA_VERSION) that may work on a database of SCHEMA_VERSION."""

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

_BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _column(name: str, kind: sa.types.TypeEngine[Any], *more: sa.ForeignKey) -> sa.Column[Any]:
    return sa.Column(name, kind, *more, nullable=False)


def _key(name: str, kind: sa.types.TypeEngine[Any], *more: sa.ForeignKey) -> sa.Column[Any]:
    return sa.Column(name, kind, *more, primary_key=True, autoincrement=False, nullable=False)


schema = sa.Table(
    "schema",
    metadata,
    _key("version", sa.Integer()),
    _column("compatible", sa.Integer()),
)
"""One row: what version the tables have, and the oldest code that may use them."""

realm = sa.Table(
    "realm",
    metadata,
    _key("id", sa.LargeBinary()),
    _column("lineage", sa.LargeBinary()),
    _column("next_user", _BigInt),
    _column("next_device", _BigInt),
    _column("next_handle", _BigInt),
    _column("next_ticket", _BigInt),
)
"""One row: a database holds one realm, and its id never changes."""

users = sa.Table(
    "users",
    metadata,
    _key("id", _BigInt),
    _column("name", sa.Text()),
    _column("skeleton", sa.Text()),
    _column("role", sa.Text()),
    _column("handle", sa.LargeBinary()),
    _column("created_us", _BigInt),
    _column("display", sa.Text()),
    _column("status", sa.Text()),
    _column("picture", sa.LargeBinary()),
    _column("password", sa.Text()),
    _column("active", sa.Boolean()),
    _column("by_link", sa.Boolean()),
    sa.UniqueConstraint("skeleton"),
)

former_names = sa.Table(
    "former_names",
    metadata,
    _key("skeleton", sa.Text()),
    _column("name", sa.Text()),
    _column("user", _BigInt, sa.ForeignKey(users.c.id)),
)

devices = sa.Table(
    "devices",
    metadata,
    _key("id", _BigInt),
    _column("user", _BigInt, sa.ForeignKey(users.c.id)),
    _column("key", sa.LargeBinary()),
    _column("label", sa.Text()),
    _column("created_us", _BigInt),
    _column("removed_us", _BigInt),
    sa.UniqueConstraint("key"),
)

rooms = sa.Table(
    "rooms",
    metadata,
    _key("id", _BigInt),
    _column("name", sa.Text()),
    _column("name_key", sa.Text()),
    _column("kind", sa.Text()),
    _column("description", sa.Text()),
    _column("epoch", _BigInt),
    _column("epoch_seq", _BigInt),
    _column("epoch_us", _BigInt),
    _column("handle", sa.LargeBinary()),
    _column("key", sa.LargeBinary()),
    _column("seq", _BigInt),
    _column("chain", sa.LargeBinary()),
    _column("posted", _BigInt),
    _column("created_us", _BigInt),
    _column("archived", sa.Boolean()),
    _column("made_by", _BigInt),
)
"""Rooms with their heads. Old epochs' keys are not kept."""

room_lineages = sa.Table(
    "room_lineages",
    metadata,
    _key("room", _BigInt, sa.ForeignKey(rooms.c.id)),
    _key("after", _BigInt),
    _column("lineage", sa.LargeBinary()),
)
"""Events of a room with a seq above `after` belong to `lineage`, until the next start."""

memberships = sa.Table(
    "memberships",
    metadata,
    _key("room", _BigInt, sa.ForeignKey(rooms.c.id)),
    _key("user", _BigInt, sa.ForeignKey(users.c.id)),
    _column("role", sa.Text()),
    _column("standing", sa.Text()),
    _column("since_us", _BigInt),
)

events = sa.Table(
    "events",
    metadata,
    _key("room", _BigInt, sa.ForeignKey(rooms.c.id)),
    _key("seq", _BigInt),
    _column("type", sa.Text()),
    _column("sender", _BigInt),
    _column("name", sa.Text()),
    _column("device", _BigInt),
    _column("time_us", _BigInt),
    _column("id", sa.LargeBinary()),
    _column("digest", sa.LargeBinary()),
    _column("chain", sa.LargeBinary()),
    _column("ordinal", _BigInt),
    sa.UniqueConstraint("sender", "id"),
    # Clustered by (room, seq): pages of a log read 1.3 times as fast, and writing costs the same.
    sqlite_with_rowid=False,
)
"""The log, append-only and without content: erasing a body never touches it."""

contents = sa.Table(
    "contents",
    metadata,
    _key("room", _BigInt),
    _key("seq", _BigInt),
    _column("salt", sa.LargeBinary()),
    _column("body", sa.LargeBinary()),
    sa.ForeignKeyConstraint(["room", "seq"], [events.c.room, events.c.seq]),
    # With a rowid: bodies of 20 KB in a clustered tree cost 1.5 times as much to write.
)
"""Bodies and salts, both empty once they are erased.

A row is never deleted, so that the rowid rises from commit to commit: the search index follows it.
"""

readings = sa.Table(
    "readings",
    metadata,
    _key("room", _BigInt, sa.ForeignKey(rooms.c.id)),
    _key("user", _BigInt, sa.ForeignKey(users.c.id)),
    _column("seq", _BigInt),
    _column("posted", _BigInt),
    _column("level", sa.Text()),
    _column("muted", sa.Boolean()),
    _column("version", _BigInt),
    sqlite_with_rowid=False,
)

ignored = sa.Table(
    "ignored",
    metadata,
    _key("user", _BigInt, sa.ForeignKey(users.c.id)),
    _key("other", _BigInt),
    _column("on", sa.Boolean()),
    _column("version", _BigInt),
    sqlite_with_rowid=False,
)

tickets = sa.Table(
    "tickets",
    metadata,
    _key("id", _BigInt),
    _column("hash", sa.LargeBinary()),
    _column("kind", sa.Text()),
    _column("user", _BigInt),
    _column("role", sa.Text()),
    _column("label", sa.Text()),
    _column("made_by", _BigInt),
    _column("created_us", _BigInt),
    _column("until_us", _BigInt),
    _column("spent_us", _BigInt),
    _column("used_by", _BigInt),
    sa.UniqueConstraint("hash"),
)

pictures = sa.Table(
    "pictures",
    metadata,
    _key("user", _BigInt, sa.ForeignKey(users.c.id)),
    _column("data", sa.LargeBinary()),
)

message_states = sa.Table(
    "message_states",
    metadata,
    _key("room", _BigInt),
    _key("seq", _BigInt),
    _column("root", _BigInt),
    _column("replies", _BigInt),
    _column("replied_us", _BigInt),
    _column("edited_seq", _BigInt),
    _column("edited_us", _BigInt),
    _column("pinned_seq", _BigInt),
    _column("erased_us", _BigInt),
    sa.ForeignKeyConstraint(["room", "seq"], [events.c.room, events.c.seq]),
    sqlite_with_rowid=False,
)
"""What has happened to messages; most messages have no row."""

# Of the rows that are in a thread, or pinned: a query must say so in the same words to use them.
in_thread = message_states.c.root > sa.literal_column("0")
is_pinned = message_states.c.pinned_seq > sa.literal_column("0")
sa.Index(
    "ix_message_states_thread",
    message_states.c.room,
    message_states.c.root,
    message_states.c.seq,
    sqlite_where=in_thread,
    postgresql_where=in_thread,
)
sa.Index(
    "ix_message_states_pins",
    message_states.c.room,
    message_states.c.pinned_seq,  # else SQLite prefers the key, and reads all states of the room
    sqlite_where=is_pinned,
    postgresql_where=is_pinned,
)

reactions = sa.Table(
    "reactions",
    metadata,
    _key("room", _BigInt),
    _key("target", _BigInt),
    _key("user", _BigInt, sa.ForeignKey(users.c.id)),
    _key("emoji", sa.Text()),
    _column("seq", _BigInt),
    sa.ForeignKeyConstraint(["room", "target"], [events.c.room, events.c.seq]),
    sqlite_with_rowid=False,
)
"""The reactions that are set; one that was taken back has no row."""

edits = sa.Table(
    "edits",
    metadata,
    _key("room", _BigInt),
    _key("target", _BigInt),
    _key("seq", _BigInt),
    sa.ForeignKeyConstraint(["room", "seq"], [events.c.room, events.c.seq]),
    sqlite_with_rowid=False,
)

mentions = sa.Table(
    "mentions",
    metadata,
    _key("user", _BigInt),
    _key("room", _BigInt),
    _key("seq", _BigInt),
    _column("author", _BigInt),
    sqlite_with_rowid=False,
)
"""`author`'s message at (room, seq) mentions `user`, or everybody: what is behind a marker is one
range of the key."""

sa.Index("ix_mentions_message", mentions.c.room, mentions.c.seq)
