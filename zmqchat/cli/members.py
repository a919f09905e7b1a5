"""`zmqchat who`, `invite`, `kick`, `ban`, `unban`, `role`: who is in a room, and as what."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from zmqchat.cli.options import JsonOption, NameArgument, ProfileOption, RoomArgument
from zmqchat.cli.output import say_all
from zmqchat.cli.session import with_chat


class RoomRole(StrEnum):
    """What somebody is in a room."""

    OWNER = "owner"
    MODERATOR = "moderator"
    MEMBER = "member"


def who(
    room: Annotated[
        str | None, typer.Argument(metavar="ROOM", show_default=False, help="Everybody without.")
    ] = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """List who is in a room, or in the realm: role, presence, and how they show themselves."""
    rows = with_chat(profile, lambda chat: chat.who(room))
    say_all(rows if as_json else [_shown(row) for row in rows], as_json, _COLUMNS)


_COLUMNS = ("name", "role", "presence", "display", "status")


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """For people: the role in the room, or else in the realm; who was closed out is not there."""
    presence = row["presence"] if row["active"] else "deactivated"
    return {**row, "role": row["role"] or row["realm_role"], "presence": presence}


def invite(room: RoomArgument, name: NameArgument, profile: ProfileOption = None) -> None:
    """Make somebody a member of a room; who ignores you is asked, and may enter."""
    with_chat(profile, lambda chat: chat.invite(room, name), sends=True)


def kick(room: RoomArgument, name: NameArgument, profile: ProfileOption = None) -> None:
    """Remove a member from a room that you moderate."""
    with_chat(profile, lambda chat: chat.kick(room, name), sends=True)


def ban(room: RoomArgument, name: NameArgument, profile: ProfileOption = None) -> None:
    """Remove somebody from a room that you moderate, for good."""
    with_chat(profile, lambda chat: chat.ban(room, name), sends=True)


def unban(room: RoomArgument, name: NameArgument, profile: ProfileOption = None) -> None:
    """Let somebody who was banned in again."""
    with_chat(profile, lambda chat: chat.unban(room, name), sends=True)


def role(
    room: RoomArgument,
    name: NameArgument,
    as_what: Annotated[
        RoomRole, typer.Argument(metavar="ROLE", help="owner, moderator or member.")
    ],
    profile: ProfileOption = None,
) -> None:
    """Make somebody owner, moderator or plain member of a room that you own."""
    with_chat(profile, lambda chat: chat.appoint(room, name, as_what.value), sends=True)
