"""`zmqchat rooms`, `who`, `create`, `enter`, `leave`: which rooms there are, and who is in them."""

from __future__ import annotations

from typing import Annotated

import typer

from zmqchat.cli.options import JsonOption, ProfileOption, RoomArgument
from zmqchat.cli.output import say_all
from zmqchat.cli.session import with_chat

_NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A person's name.")]


def rooms(profile: ProfileOption = None, as_json: JsonOption = False) -> None:
    """List the rooms that you can find."""
    rows = with_chat(profile, lambda chat: chat.rooms())
    say_all(rows, as_json, ("name", "kind", "member", "members", "seq", "description"))


def who(
    room: Annotated[
        str | None, typer.Argument(metavar="ROOM", show_default=False, help="Everybody without.")
    ] = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """List who is in a room, or in the realm."""
    rows = with_chat(profile, lambda chat: chat.who(room))
    say_all(rows, as_json, ("name", "role", "online"))


def create(
    room: RoomArgument,
    private: Annotated[
        bool, typer.Option("--private", help="Only who is invited finds and enters it.")
    ] = False,
    profile: ProfileOption = None,
) -> None:
    """Create a room, with you as its owner."""
    with_chat(profile, lambda chat: chat.create(room, private=private))


def enter(room: RoomArgument, profile: ProfileOption = None) -> None:
    """Become a member of a public room."""
    with_chat(profile, lambda chat: chat.enter(room), sends=True)


def leave(room: RoomArgument, profile: ProfileOption = None) -> None:
    """Leave a room."""
    with_chat(profile, lambda chat: chat.leave(room), sends=True)


def invite(room: RoomArgument, name: _NameArgument, profile: ProfileOption = None) -> None:
    """Make somebody a member of a room."""
    with_chat(profile, lambda chat: chat.invite(room, name), sends=True)


def kick(room: RoomArgument, name: _NameArgument, profile: ProfileOption = None) -> None:
    """Remove a member from a room that you moderate."""
    with_chat(profile, lambda chat: chat.kick(room, name), sends=True)


def ban(room: RoomArgument, name: _NameArgument, profile: ProfileOption = None) -> None:
    """Remove somebody from a room that you moderate, for good."""
    with_chat(profile, lambda chat: chat.ban(room, name), sends=True)


def unban(room: RoomArgument, name: _NameArgument, profile: ProfileOption = None) -> None:
    """Let somebody who was banned in again."""
    with_chat(profile, lambda chat: chat.unban(room, name), sends=True)
