"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BigInt = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes every table of schema version 1."""
    _people()
    _rooms()
    _logs()


def _people() -> None:
    op.create_table(
        "schema",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("compatible", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_schema"),
    )
    op.create_table(
        "realm",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("lineage", sa.LargeBinary(), nullable=False),
        sa.Column("next_user", _BigInt, nullable=False),
        sa.Column("next_device", _BigInt, nullable=False),
        sa.Column("next_room", _BigInt, nullable=False),
        sa.Column("next_handle", _BigInt, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_realm"),
    )
    op.create_table(
        "users",
        sa.Column("id", _BigInt, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("skeleton", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("handle", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("created_us", _BigInt, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
        sa.UniqueConstraint("skeleton", name="uq_users_skeleton"),
    )
    op.create_table(
        "devices",
        sa.Column("id", _BigInt, autoincrement=False, nullable=False),
        sa.Column("user", _BigInt, nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_us", _BigInt, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_devices"),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name="fk_devices_users"),
        sa.UniqueConstraint("key", name="uq_devices_key"),
    )


def _rooms() -> None:
    op.create_table(
        "rooms",
        sa.Column("id", _BigInt, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("epoch", _BigInt, nullable=False),
        sa.Column("handle", sa.LargeBinary(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("seq", _BigInt, nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("posted", _BigInt, nullable=False),
        sa.Column("created_us", _BigInt, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rooms"),
    )
    op.create_table(
        "room_lineages",
        sa.Column("room", _BigInt, autoincrement=False, nullable=False),
        sa.Column("after", _BigInt, autoincrement=False, nullable=False),
        sa.Column("lineage", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("room", "after", name="pk_room_lineages"),
        sa.ForeignKeyConstraint(["room"], ["rooms.id"], name="fk_room_lineages_rooms"),
    )
    op.create_table(
        "memberships",
        sa.Column("room", _BigInt, autoincrement=False, nullable=False),
        sa.Column("user", _BigInt, autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("since_us", _BigInt, nullable=False),
        sa.PrimaryKeyConstraint("room", "user", name="pk_memberships"),
        sa.ForeignKeyConstraint(["room"], ["rooms.id"], name="fk_memberships_rooms"),
        sa.ForeignKeyConstraint(["user"], ["users.id"], name="fk_memberships_users"),
    )


def _logs() -> None:
    op.create_table(
        "events",
        sa.Column("room", _BigInt, autoincrement=False, nullable=False),
        sa.Column("seq", _BigInt, autoincrement=False, nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("user", _BigInt, nullable=False),
        sa.Column("device", _BigInt, nullable=False),
        sa.Column("time_us", _BigInt, nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("ordinal", _BigInt, nullable=False),
        sa.PrimaryKeyConstraint("room", "seq", name="pk_events"),
        sa.ForeignKeyConstraint(["room"], ["rooms.id"], name="fk_events_rooms"),
        sa.UniqueConstraint("user", "id", name="uq_events_user_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "contents",
        sa.Column("room", _BigInt, autoincrement=False, nullable=False),
        sa.Column("seq", _BigInt, autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("room", "seq", name="pk_contents"),
        sa.ForeignKeyConstraint(
            ["room", "seq"], ["events.room", "events.seq"], name="fk_contents_events"
        ),
    )
