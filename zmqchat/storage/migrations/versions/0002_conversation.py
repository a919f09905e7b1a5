"""What is said about messages, people and rooms: edits, threads, mentions, markers, tickets."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes what is new in schema version 2, and gathers the replies that there are."""
    _columns()
    _kept_by_users()
    _messages()
    _threads(op.get_bind())


def _columns() -> None:
    for table, column in (
        ("realm", _later("next_ticket", _BigInt, "1")),
        ("users", _later("display", sa.Text(), "''")),
        ("users", _later("status", sa.Text(), "''")),
        ("users", _later("picture", sa.LargeBinary(), "X''")),
        ("users", _later("password", sa.Text(), "''")),
        ("users", _later("active", sa.Boolean(), "1")),
        ("devices", _later("removed_us", _BigInt, "0")),
        ("rooms", _later("archived", sa.Boolean(), "0")),
    ):
        op.add_column(table, column)


def _later(name: str, kind: sa.types.TypeEngine[Any], default: str) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, server_default=sa.text(default))


def _column(name: str, kind: sa.types.TypeEngine[Any] = _BigInt) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False)


def _key(name: str, kind: sa.types.TypeEngine[Any] = _BigInt) -> sa.Column[Any]:
    return sa.Column(name, kind, autoincrement=False, nullable=False)


def _kept_by_users() -> None:
    op.create_table(
        "former_names",
        _key("skeleton", sa.Text()),
        _column("name", sa.Text()),
        _column("user"),
        sa.PrimaryKeyConstraint("skeleton", name="pk_former_names"),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name="fk_former_names_users"),
    )
    op.create_table(
        "readings",
        _key("room"),
        _key("user"),
        _column("seq"),
        _column("posted"),
        _column("level", sa.Text()),
        _column("muted", sa.Boolean()),
        _column("version"),
        sa.PrimaryKeyConstraint("room", "user", name="pk_readings"),
        sa.ForeignKeyConstraint(["room"], ["rooms.id"], name="fk_readings_rooms"),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name="fk_readings_users"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ignored",
        _key("user"),
        _key("other"),
        _column("on", sa.Boolean()),
        _column("version"),
        sa.PrimaryKeyConstraint("user", "other", name="pk_ignored"),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name="fk_ignored_users"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tickets",
        _key("id"),
        _column("hash", sa.LargeBinary()),
        _column("kind", sa.Text()),
        _column("user"),
        _column("role", sa.Text()),
        _column("label", sa.Text()),
        _column("made_by"),
        _column("created_us"),
        _column("until_us"),
        _column("spent_us"),
        _column("used_by"),
        sa.PrimaryKeyConstraint("id", name="pk_tickets"),
        sa.UniqueConstraint("hash", name="uq_tickets_hash"),
    )
    op.create_table(
        "pictures",
        _key("user"),
        _column("data", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("user", name="pk_pictures"),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name="fk_pictures_users"),
    )


def _messages() -> None:
    op.create_table(
        "message_states",
        *map(_key, ("room", "seq")),
        *map(_column, ("root", "replies", "replied_us", "edited_seq", "edited_us")),
        *map(_column, ("pinned_seq", "erased_us")),
        sa.PrimaryKeyConstraint("room", "seq", name="pk_message_states"),
        sa.ForeignKeyConstraint(
            ["room", "seq"], ["events.room", "events.seq"], name="fk_message_states_events"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_message_states_thread",
        "message_states",
        ["room", "root", "seq"],
        sqlite_where=sa.text("root > 0"),
        postgresql_where=sa.text("root > 0"),
    )
    op.create_index(
        "ix_message_states_pins",
        "message_states",
        ["room", "pinned_seq"],
        sqlite_where=sa.text("pinned_seq > 0"),
        postgresql_where=sa.text("pinned_seq > 0"),
    )
    op.create_table(
        "reactions",
        *map(_key, ("room", "target", "user")),
        _key("emoji", sa.Text()),
        _column("seq"),
        sa.PrimaryKeyConstraint("room", "target", "user", "emoji", name="pk_reactions"),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name="fk_reactions_users"),
        sa.ForeignKeyConstraint(
            ["room", "target"], ["events.room", "events.seq"], name="fk_reactions_events"
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "edits",
        *map(_key, ("room", "target", "seq")),
        sa.PrimaryKeyConstraint("room", "target", "seq", name="pk_edits"),
        sa.ForeignKeyConstraint(
            ["room", "seq"], ["events.room", "events.seq"], name="fk_edits_events"
        ),
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


def _threads(connection: sa.Connection) -> None:
    """Version 1 took replies already, and kept no account of them."""
    posts = sa.text(
        "SELECT e.room, e.seq, e.time_us, c.body FROM events e "
        "JOIN contents c ON c.room = e.room AND c.seq = e.seq "
        "WHERE e.type = 'posted' ORDER BY e.room, e.seq"
    )
    roots: dict[tuple[int, int], int] = {}  # of every message; 0 where it answers none
    replied: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for room, seq, time_us, body in connection.execute(posts):
        answered = msgspec.msgpack.decode(body).get("reply_to")
        roots[room, seq] = 0
        if (room, answered) in roots:
            root = roots[room, seq] = roots[room, answered] or answered
            replied[room, root].append(time_us)
    insert = sa.text(
        "INSERT INTO message_states VALUES (:room, :seq, :root, :replies, :replied_us, 0, 0, 0, 0)"
    )
    for (room, seq), root in roots.items():
        times = replied.get((room, seq), [])
        if not (root or times):
            continue
        connection.execute(
            insert,
            {
                "room": room,
                "seq": seq,
                "root": root,
                "replies": len(times),
                "replied_us": max(times, default=0),
            },
        )
