"""`zmqchat edit`, `redact`, `react` and `pin`: what is done to a message that was sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from zmqchat.cli.options import JsonOption, ProfileOption, RoomArgument, SeqArgument
from zmqchat.cli.output import json_line, report
from zmqchat.cli.session import with_chat

if TYPE_CHECKING:
    from zmqchat.client.chat import Chat
    from zmqchat.client.events import ChatEvent

_RemoveOption = Annotated[bool, typer.Option("--remove", help="Take it back.")]


def edit(
    room: RoomArgument,
    seq: SeqArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What it says from now on.")],
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Change a message of yours. What it said before stays in its history (see show)."""
    from zmqchat.client.checks import check_text

    check_text(text)
    _do(profile, lambda chat: chat.edit(room, seq, text), as_json)


def redact(
    room: RoomArgument,
    seq: SeqArgument,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Erase a message, with all that it ever said.

    Yours, or anybody's in a room that you moderate. It is erased for good; what people saw or
    copied, and older backups, are out of reach.
    """
    _do(profile, lambda chat: chat.redact(room, seq), as_json)


def react(
    room: RoomArgument,
    seq: SeqArgument,
    emoji: Annotated[str, typer.Argument(metavar="EMOJI", help="An emoji or a short word.")],
    remove: _RemoveOption = False,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Set an emoji on a message."""
    _do(profile, lambda chat: chat.react(room, seq, emoji, remove=remove), as_json)


def pin(
    room: RoomArgument,
    seq: SeqArgument,
    remove: _RemoveOption = False,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Pin a message: `pins` lists those of a room."""
    _do(profile, lambda chat: chat.pin(room, seq, remove=remove), as_json)


def _do(profile: str | None, act: Callable[[Chat], Awaitable[ChatEvent]], as_json: bool) -> None:
    """Returns when it is on the server's disk; says what it became only to programs."""
    event = with_chat(profile, act, sends=True)
    if as_json:
        report(json_line(event.to_json()))
