"""`zmqchat read`, `unread`, `mute`, `notify`, `ignore`: what wants your attention, and what not."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zmqchat.cli.options import JsonOption, ProfileOption, RoomArgument, UndoOption
from zmqchat.cli.output import say_all
from zmqchat.cli.session import with_chat
from zmqchat.errors import UsageError

if TYPE_CHECKING:
    from zmqchat.client.chat import Chat


class Attention(StrEnum):
    """What you want to be told of in a room."""

    ALL = "all"
    MENTIONS = "mentions"
    NOTHING = "nothing"


def read(
    room: RoomArgument,
    seq: Annotated[
        int | None,
        typer.Argument(metavar="SEQ", min=1, show_default=False, help="Up to here; else all."),
    ] = None,
    profile: ProfileOption = None,
) -> None:
    """Say that you have read a room, on all your devices. It only moves forward."""
    with_chat(profile, lambda chat: chat.mark_read(room, seq))


def unread(profile: ProfileOption = None, as_json: JsonOption = False) -> None:
    """List the rooms with something that you have not read."""
    rows = with_chat(profile, _unread)
    say_all(rows, as_json, ("room", "unread", "mentions"))


async def _unread(chat: Chat) -> list[dict[str, Any]]:
    states = await chat.room_states()
    return [
        state.to_json()
        for state in sorted(states.values(), key=lambda state: (state.room, state.room_id))
        if state.mentions or (state.unread and not state.muted)
    ]


def mute(room: RoomArgument, undo: UndoOption = False, profile: ProfileOption = None) -> None:
    """Have no unread count for a room; mentions still show."""
    with_chat(profile, lambda chat: chat.set_room(room, muted=not undo))


def notify(
    room: RoomArgument,
    level: Annotated[Attention, typer.Argument(metavar="LEVEL", help="all, mentions or nothing.")],
    profile: ProfileOption = None,
) -> None:
    """Choose what you are told of in a room."""
    with_chat(profile, lambda chat: chat.set_room(room, level=level.value))


def ignore(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", show_default=False, help="Without it: whom you ignore."),
    ] = None,
    undo: UndoOption = False,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hide what somebody writes in chat and in the desktop client, and count it no more.

    It goes for all your devices; nobody is told. history and tail go on printing everything.
    """
    if name is not None:
        with_chat(profile, lambda chat: chat.ignore(name, on=not undo))
    elif undo:
        raise UsageError("say whom you want to see again")
    else:
        say_all(with_chat(profile, _ignored), as_json, ("name",))


async def _ignored(chat: Chat) -> list[dict[str, Any]]:
    await chat.room_states()  # the list comes with it
    people = ({"name": name, "user_id": user} for user, name in chat.ignored.items())
    return sorted(people, key=lambda person: person["name"])
