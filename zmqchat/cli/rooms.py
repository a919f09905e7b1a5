"""`zmqchat rooms`, `create`, `enter`, `leave`, `describe`, `rename`, `archive`: the rooms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from zmqchat.cli.options import JsonOption, ProfileOption, RoomArgument, UndoOption
from zmqchat.cli.output import say_all
from zmqchat.cli.session import with_chat

if TYPE_CHECKING:
    from zmqchat.client.chat import Chat

_COLUMNS = ("name", "kind", "member", "members", "unread", "mentions", "description")


def rooms(profile: ProfileOption = None, as_json: JsonOption = False) -> None:
    """List the rooms that you can find, with what you have not read."""
    rows = with_chat(profile, _directory)
    shown = [{**row, "description": _about(row)} for row in rows]
    say_all(rows if as_json else shown, as_json, _COLUMNS)


async def _directory(chat: Chat) -> list[dict[str, Any]]:
    states = await chat.room_states()
    rows = []
    for row in await chat.rooms():
        state = states.get(row["room_id"])
        unread, mentions = (state.unread, state.mentions) if state is not None else (0, 0)
        rows.append({**row, "room_id": str(row["room_id"]), "unread": unread, "mentions": mentions})
    return rows


def _about(row: dict[str, Any]) -> str:
    marks = [f"({mark})" for mark in ("invited", "archived") if row[mark]]
    return " ".join([*marks, str(row["description"])]).rstrip()


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
    """Become a member of a public room, or of one that you are invited to."""
    with_chat(profile, lambda chat: chat.enter(room), sends=True)


def leave(room: RoomArgument, profile: ProfileOption = None) -> None:
    """Leave a room, or decline an invitation to one."""
    with_chat(profile, lambda chat: chat.leave(room), sends=True)


def describe(
    room: RoomArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help='What it is about; "": nothing.')],
    profile: ProfileOption = None,
) -> None:
    """Say what a room that you moderate is about."""
    with_chat(profile, lambda chat: chat.describe(room, text), sends=True)


def rename(
    room: RoomArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its new name.")],
    profile: ProfileOption = None,
) -> None:
    """Give a room that you moderate another name."""
    with_chat(profile, lambda chat: chat.rename(room, name), sends=True)


def archive(room: RoomArgument, undo: UndoOption = False, profile: ProfileOption = None) -> None:
    """Close a room that you own: it can be read, and nothing is written any more."""
    with_chat(profile, lambda chat: chat.archive(room, undo=undo), sends=True)
