"""Events and rooms for the tests of the terminal client."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from zmqchat.cli.chat.model import Conversation, Room
from zmqchat.client import ChatEvent, ChatMessage
from zmqchat.client.messages import posted_of
from zmqchat.client.naming import Where
from zmqchat.protocol.who import Who

ALICE, BOB, CAROL = Who(1, "alice"), Who(2, "bob"), Who(3, "carol")
_PEOPLE = {who.name: who.id for who in (ALICE, BOB, CAROL)}
_ROOMS = defaultdict[str, int](count(2).__next__, general=1)
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


def event(
    seq: int,
    text: str | None = None,
    sender: str = "bob",
    *,
    kind: str = "posted",
    minutes: float = 0,
    **details: Any,
) -> ChatEvent:
    """An event of #general: a message, unless `kind` says otherwise."""
    if text is None and kind == "posted":
        text = f"message {seq}"
    body = {} if text is None else {"text": text}
    at = NOON + timedelta(minutes=minutes)
    return ChatEvent(
        *("general", seq, kind, sender, at, UUID(int=seq), {**body, **details}),
        room_id=1,
        sender_id=_PEOPLE.get(sender, 9),
    )


def at(room: str) -> Where:
    """The room that the tests call so."""
    return Where(_ROOMS[room], room)


def into(room: str, event: ChatEvent) -> ChatEvent:
    """The event in another room than #general."""
    return replace(event, room=room, room_id=at(room).id)


def names(conversation: Conversation) -> list[str]:
    """What the rooms are called, in their order."""
    return [room.name for room in conversation.rooms.values()]


def message(seq: int, text: str | None = None, sender: str = "bob", **more: Any) -> ChatMessage:
    """A message of #general as a page has it."""
    return posted_of(event(seq, text, sender, **more))


def room(*events: ChatEvent) -> Room:
    """A room that has heard these."""
    made = Room(1, "general")
    for each in events:
        made.append(each)
    return made
