"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_Bytes = sa.LargeBinary()
_Text = sa.Text()


def upgrade() -> None:
    """Makes every table of schema version 1."""
    _realm()
    _people()
    _rooms()
    _logs()
    _kept_by_users()
    _messages()


def _column(name: str, kind: sa.types.TypeEngine[Any] = _BigInt) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _key(name: str, kind: sa.types.TypeEngine[Any] = _BigInt) -> sa.Column[Any]:
    return sa.Column(name, kind, autoincrement=False, nullable=False)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """`column` of `table` is the id of a row of `other`."""
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{other}")


def _of_event(table: str, seq: str) -> sa.ForeignKeyConstraint:
    """A row of `table` belongs to the event at (room, `seq`)."""
    return sa.ForeignKeyConstraint(
        ["room", seq], ["events.room", "events.seq"], name=f"fk_{table}_events"
    )


def _realm() -> None:
    op.create_table(
        "schema",
        _key("version", sa.Integer()),
        _column("compatible", sa.Integer()),
        sa.PrimaryKeyConstraint("version", name="pk_schema"),
    )
    op.create_table(
        "realm",
        _key("id", _Bytes),
        _column("lineage", _Bytes),
        *map(_column, ("next_user", "next_device", "next_handle", "next_ticket")),
        sa.PrimaryKeyConstraint("id", name="pk_realm"),
    )


def _people() -> None:
    op.create_table(
        "users",
        _key("id"),
        *(_column(name, _Text) for name in ("name", "skeleton", "role")),
        _column("handle", _Bytes),
        _column("created_us"),
        *(_column(name, _Text) for name in ("display", "status")),
        _column("picture", _Bytes),
        _column("password", _Text),
        _column("active", sa.Boolean()),
        _column("by_link", sa.Boolean()),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("skeleton", name="uq_users_skeleton"),
    )
    op.create_table(
        "former_names",
        _key("skeleton", _Text),
        _column("name", _Text),
        _column("user"),
        sa.PrimaryKeyConstraint("skeleton", name="pk_former_names"),
        _of("former_names", "user", "users"),
    )
    op.create_table(
        "devices",
        _key("id"),
        _column("user"),
        _column("key", _Bytes),
        _column("label", _Text),
        *map(_column, ("created_us", "removed_us")),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
        _of("devices", "user", "users"),
        sa.UniqueConstraint("key", name="uq_devices_key"),
    )
    op.create_table(
        "pictures",
        _key("user"),
        _column("data", _Bytes),
        sa.PrimaryKeyConstraint("user", name="pk_pictures"),
        _of("pictures", "user", "users"),
    )
    op.create_table(
        "tickets",
        _key("id"),
        _column("hash", _Bytes),
        _column("kind", _Text),
        _column("user"),
        *(_column(name, _Text) for name in ("role", "label")),
        *map(_column, ("made_by", "created_us", "until_us", "spent_us", "used_by")),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.UniqueConstraint("hash", name="uq_tickets_hash"),
    )


def _rooms() -> None:
    op.create_table(
        "rooms",
        _key("id"),
        *(_column(name, _Text) for name in ("name", "name_key", "kind", "description")),
        *map(_column, ("epoch", "epoch_seq", "epoch_us")),
        *(_column(name, _Bytes) for name in ("handle", "key")),
        _column("seq"),
        _column("chain", _Bytes),
        *map(_column, ("posted", "created_us")),
        _column("archived", sa.Boolean()),
        _column("made_by"),
        sa.PrimaryKeyConstraint("id", name="pk_rooms"),
    )
    op.create_table(
        "room_lineages",
        *map(_key, ("room", "after")),
        _column("lineage", _Bytes),
        sa.PrimaryKeyConstraint("room", "after", name="pk_room_lineages"),
        _of("room_lineages", "room", "rooms"),
    )
    op.create_table(
        "memberships",
        *map(_key, ("room", "user")),
        *(_column(name, _Text) for name in ("role", "standing")),
        _column("since_us"),
        sa.PrimaryKeyConstraint("room", "user", name="pk_memberships"),
        _of("memberships", "room", "rooms"),
        _of("memberships", "user", "users"),
    )


def _logs() -> None:
    op.create_table(
        "events",
        *map(_key, ("room", "seq")),
        _column("type", _Text),
        _column("sender"),
        _column("name", _Text),
        *map(_column, ("device", "time_us")),
        *(_column(name, _Bytes) for name in ("id", "digest", "chain")),
        _column("ordinal"),
        sa.PrimaryKeyConstraint("room", "seq", name="pk_events"),
        _of("events", "room", "rooms"),
        sa.UniqueConstraint("sender", "id", name="uq_events_sender_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contents",
        *map(_key, ("room", "seq")),
        *(_column(name, _Bytes) for name in ("salt", "body")),
        sa.PrimaryKeyConstraint("room", "seq", name="pk_contents"),
        _of_event("contents", "seq"),
    )


def _kept_by_users() -> None:
    op.create_table(
        "readings",
        *map(_key, ("room", "user")),
        *map(_column, ("seq", "posted")),
        _column("level", _Text),
        _column("muted", sa.Boolean()),
        _column("version"),
        sa.PrimaryKeyConstraint("room", "user", name="pk_readings"),
        _of("readings", "room", "rooms"),
        _of("readings", "user", "users"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ignored",
        *map(_key, ("user", "other")),
        _column("on", sa.Boolean()),
        _column("version"),
        sa.PrimaryKeyConstraint("user", "other", name="pk_ignored"),
        _of("ignored", "user", "users"),
        sqlite_with_rowid=False,
    )


def _messages() -> None:
    op.create_table(
        "message_states",
        *map(_key, ("room", "seq")),
        *map(_column, ("root", "replies", "replied_us", "edited_seq", "edited_us")),
        *map(_column, ("pinned_seq", "erased_us")),
        sa.PrimaryKeyConstraint("room", "seq", name="pk_message_states"),
        _of_event("message_states", "seq"),
        sqlite_with_rowid=False,
    )
    _partial_index("thread", ["room", "root", "seq"], "root > 0")
    _partial_index("pins", ["room", "pinned_seq"], "pinned_seq > 0")
    op.create_table(
        "reactions",
        *map(_key, ("room", "target", "user")),
        _key("emoji", _Text),
        _column("seq"),
        sa.PrimaryKeyConstraint("room", "target", "user", "emoji", name="pk_reactions"),
        _of("reactions", "user", "users"),
        _of_event("reactions", "target"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "edits",
        *map(_key, ("room", "target", "seq")),
        sa.PrimaryKeyConstraint("room", "target", "seq", name="pk_edits"),
        _of_event("edits", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mentions",
        *map(_key, ("user", "room", "seq")),
        _column("author"),
        sa.PrimaryKeyConstraint("user", "room", "seq", name="pk_mentions"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_mentions_message", "mentions", ["room", "seq"])


def _partial_index(what: str, columns: list[str], rows: str) -> None:
    """An index of those message states that meet a condition."""
    op.create_index(
        f"ix_message_states_{what}",
        "message_states",
        columns,
        sqlite_where=sa.text(rows),
        postgresql_where=sa.text(rows),
    )
