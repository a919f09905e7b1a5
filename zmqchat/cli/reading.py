"""`zmqchat pins`, `thread`, `show` and `search`: messages by what they are, not by when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from zmqchat.cli.lines import event_line, found_line, said_at
from zmqchat.cli.messages import say_event
from zmqchat.cli.options import (
    JsonOption,
    LimitOption,
    ProfileOption,
    RoomArgument,
    SeqArgument,
)
from zmqchat.cli.output import clean, json_line, note, readable, say, shown
from zmqchat.cli.session import with_chat
from zmqchat.errors import ChatError, Code, UsageError
from zmqchat.protocol.display import isolated

if TYPE_CHECKING:
    from zmqchat.client.chat import Chat
    from zmqchat.client.messages import ChatMessage, Detail
    from zmqchat.client.naming import RoomRef

_REPLIES = 200


def pins(room: RoomArgument, profile: ProfileOption = None, as_json: JsonOption = False) -> None:
    """List a room's pinned messages, oldest first."""
    _say_messages(with_chat(profile, lambda chat: chat.pins(room)), as_json)


def thread(
    room: RoomArgument,
    seq: SeqArgument,
    limit: LimitOption = 50,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the message that a thread began with and the replies under it.

    SEQ is any message of the thread.
    """
    _say_messages(with_chat(profile, lambda chat: chat.thread(room, seq, limit=limit)), as_json)


def search(
    query: Annotated[
        str,
        typer.Argument(
            metavar="QUERY",
            help='Words, "several together", from:NAME in:ROOM before:DATE after:DATE has:link.',
        ),
    ],
    room: Annotated[
        str | None, typer.Option("--room", metavar="ROOM", show_default=False, help="Only there.")
    ] = None,
    limit: LimitOption = 20,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find messages in the rooms that you may read.

    The newest matches are found; they are printed oldest first. A DATE is a day where you are,
    2026-01-31; after: begins with it, before: ends before it.
    """
    found = with_chat(profile, lambda chat: chat.search(query, room=room, limit=limit))
    if found.doubt:
        note(f"zmqchat: {found.doubt}")
    for message in reversed(found):
        fields = message.to_json()
        say(json_line(fields) if as_json else found_line(fields))


def show(
    room: Annotated[
        str, typer.Argument(metavar="ROOM|LINK", help="The message's room, or a link to it.")
    ],
    seq: Annotated[
        int | None, typer.Argument(metavar="SEQ", min=1, show_default=False, help="Its number.")
    ] = None,
    profile: ProfileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a message with what it said before, its reactions and the replies to it."""
    from zmqchat.security.links import is_link

    where: RoomRef = room
    if is_link(room):
        if seq is not None:
            raise UsageError("a link names its message by itself: leave SEQ out")
        profile, where, seq = _linked(room, profile)
    if seq is None:
        raise UsageError("give the message's number, or a link to it (see zmqchat show --help)")
    detail, replies = with_chat(profile, lambda chat: _looked_up(chat, where, seq))
    if as_json:
        say(json_line(_as_json(detail, replies)))
    else:
        _say_detail(detail, replies)


def _linked(text: str, profile: str | None) -> tuple[str | None, RoomRef, int]:
    """The profile that is in the link's realm, the room and the seq."""
    from zmqchat.client import profile as profiles
    from zmqchat.security.links import parse_message

    link = parse_message(text)
    if profile is not None:
        return profile, link.room, link.seq
    in_use = profiles.current()
    for label in sorted(profiles.labels(), key=lambda label: label != in_use):
        if profiles.load(label).link.key == link.key:
            return label, link.room, link.seq
    raise ChatError(
        Code.BAD_PROFILE,
        "no profile of this machine is in the realm of this link: join it first, with a join link",
    )


async def _looked_up(chat: Chat, room: RoomRef, seq: int) -> tuple[Detail, list[ChatMessage]]:
    detail = await chat.message(room, seq)
    message = detail.message
    if not message.replies and not message.root:
        return detail, []
    below = await chat.thread(room, seq, limit=_REPLIES)
    return detail, [each for each in below if each.root == seq or each.reply_to == seq]


def _as_json(detail: Detail, replies: list[ChatMessage]) -> dict[str, Any]:
    return {
        **detail.message.to_json(),
        "original": detail.original,
        "edits": [event.to_json() for event in detail.edits],
        "thread": [message.to_json() for message in replies],
    }


def _say_detail(detail: Detail, replies: list[ChatMessage]) -> None:
    message = detail.message
    say(event_line(message.to_json()))
    if detail.edits and detail.original is not None:
        say(f"        posted as: {isolated(readable(detail.original))}")
    for event in detail.edits:
        text = "(removed)" if event.redacted else isolated(readable(event.text or ""))
        say(f"        changed {said_at(event.to_json())} to: {text}")
    for reaction in message.reactions:
        say(f"        {clean(reaction.emoji)} {', '.join(map(shown, reaction.names))}")
    _say_messages(replies, as_json=False)


def _say_messages(messages: list[ChatMessage], as_json: bool) -> None:
    for message in messages:
        say_event(message, as_json)
