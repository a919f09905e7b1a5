"""Events and rooms for the tests of the terminal client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from zmqchat.cli.chat.model import Room
from zmqchat.client import ChatEvent, ChatMessage
from zmqchat.client.messages import posted_of

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
    return ChatEvent("general", seq, kind, sender, at, UUID(int=seq), {**body, **details})


def message(seq: int, text: str | None = None, sender: str = "bob", **more: Any) -> ChatMessage:
    """A message of #general as a page has it."""
    return posted_of(event(seq, text, sender, **more))


def room(*events: ChatEvent) -> Room:
    """A room that has heard these."""
    made = Room("general")
    for each in events:
        made.append(each)
    return made
