"""`zmqchat send`, `tail` and `history`: messages into a room and out of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Annotated

import typer

from zmqchat.cli.lines import event_line
from zmqchat.cli.options import JsonOption, LimitOption, ProfileOption, RoomArgument
from zmqchat.cli.output import complain, json_line, report, say, while_read
from zmqchat.cli.session import with_chat
from zmqchat.cli.stdin import is_nothing, lines
from zmqchat.errors import ChatError, Code, UsageError

if TYPE_CHECKING:
    from zmqchat.client.chat import Chat
    from zmqchat.client.events import ChatEvent
    from zmqchat.client.messages import ChatMessage

_ANSWER_S = 5.0
"""How long history waits for the server before it shows what the profile holds."""


def send(
    room: RoomArgument,
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="TEXT|-", show_default=False, help="The message; -: a line of stdin each."
        ),
    ] = None,
    reply_to: Annotated[
        int | None,
        typer.Option(
            "--reply-to", metavar="SEQ", min=1, show_default=False, help="The message it answers."
        ),
    ] = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Send a message, or a message a line.

    Returns when all is acknowledged, and so on the server's disk; prints each seq.
    """
    from zmqchat.client.checks import check_text

    if text is None:
        raise UsageError("give the text, or - to send each line of stdin (see zmqchat send --help)")
    if text == "-":
        if reply_to is not None:
            raise UsageError("--reply-to goes with one message, not with -")
        with_chat(profile, lambda chat: _deliver(chat, _each_line(chat, room), as_json), sends=True)
        if is_nothing():
            complain("there was nothing to send: stdin is closed, or /dev/null")
    else:
        check_text(text)
        with_chat(
            profile,
            lambda chat: _deliver(chat, _one(chat, room, text, reply_to), as_json),
            sends=True,
        )


async def _one(
    chat: Chat, room: str, text: str, reply_to: int | None
) -> AsyncGenerator[ChatEvent, None]:
    yield await chat.send(room, text, reply_to)


def _each_line(chat: Chat, room: str) -> AsyncIterator[ChatEvent]:
    return chat.send_many(room, lines())


async def _deliver(chat: Chat, sent: AsyncIterator[ChatEvent], as_json: bool) -> None:
    """Prints acknowledgements as they come; Ctrl+C says how far it got."""
    acknowledged = 0
    try:
        async for event in sent:
            acknowledged += 1
            report(json_line(event.to_json()) if as_json else str(event.seq))
    except asyncio.CancelledError:
        complain(
            f"interrupted: {acknowledged} acknowledged, and so on the server's disk; "
            f"{chat.waiting} wait in the outbox and go out with your next command"
        )
        raise typer.Exit(130) from None


def tail(
    room: RoomArgument,
    since: Annotated[
        int | None,
        typer.Option(
            "--since", metavar="SEQ", min=0, show_default=False, help="Start after this event."
        ),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option(
            "--count", metavar="N", min=1, show_default=False, help="End after so many events."
        ),
    ] = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a room's events in order, without holes, then live.

    Without --since it starts with what comes next.
    """
    try:
        with_chat(profile, lambda chat: _follow(chat, room, since, count, as_json), listen=True)
    except KeyboardInterrupt:
        if count is not None:
            raise


async def _follow(
    chat: Chat, room: str, since: int | None, count: int | None, as_json: bool
) -> None:
    async with while_read():
        async for event in chat.events(room, since=since):
            say_event(event, as_json)
            if count is not None:
                count -= 1
                if not count:
                    return


def history(
    room: RoomArgument,
    before: Annotated[
        int | None,
        typer.Option(
            "--before", metavar="SEQ", min=1, show_default=False, help="Messages before this one."
        ),
    ] = None,
    limit: LimitOption = 50,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print a room's messages as they stand now, oldest first.

    With edits folded in, and what they got: reactions, replies, pins.

    Where the server does not answer, it prints what this device has received, and says so.
    """
    for event in _history(profile, room, before, limit):
        say_event(event, as_json)


def _history(profile: str | None, room: str, before: int | None, limit: int) -> list[ChatMessage]:
    try:
        return with_chat(
            profile,
            lambda chat: chat.history(room, before=before, limit=limit),
            timeout=_ANSWER_S,
        )
    except ChatError as error:
        if error.code is not Code.UNREACHABLE:
            raise
    from zmqchat.client import offline

    events = offline.history(profile, room, before, limit)
    complain("the server does not answer; this is what this device has received before")
    return events


def say_event(event: ChatEvent | ChatMessage, as_json: bool) -> None:
    """Prints one event, or a message as it stands, for a program or for people."""
    fields = event.to_json()
    say(json_line(fields) if as_json else event_line(fields))
