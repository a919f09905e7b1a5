"""What an event does to the message that it is about. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zmqchat.client.events import ChatEvent
from zmqchat.client.messages import ChatMessage, Reaction
from zmqchat.protocol.mentions import mentions
from zmqchat.protocol.who import Who

CHANGES = frozenset({"edited", "redacted", "reacted", "unreacted", "pinned", "unpinned"})
"""The types of events that are about a message, and are shown at it."""

Known = Callable[[str], int | None]
"""The id of whoever is called so (`EVERYBODY` for all), or None: see `protocol.mentions`."""


def nobody(_name: str) -> int | None:
    """Finds no mentions."""
    return None


def named_in(text: str, sender: int, known: Known) -> tuple[int, ...]:
    """Whom a text of `sender` mentions, by id."""
    if "@" not in text:
        return ()
    return tuple(sorted(user for user in mentions(text, known) if user != sender))


def changes(message: ChatMessage, event: ChatEvent, known: Known) -> dict[str, Any]:
    """The fields of the message that are others after an event of `CHANGES`; empty for none."""
    match event.type:
        case "edited" if event.text is not None and not message.redacted:
            found = named_in(event.text, event.sender_id, known)
            return {"text": event.text, "edited_at": event.sent_at, "mentions": found}
        case "redacted":
            gone = {"text": None, "reply_to": None, "edited_at": None, "mentions": ()}
            return {"redacted": True, "pinned": False, **gone}
        case "reacted" | "unreacted" if event.emoji is not None:
            on, by = event.type == "reacted", Who(event.sender_id, event.sender)
            return {"reactions": _with(message.reactions, event.emoji, by, on=on)}
        case "pinned" | "unpinned":
            return {"pinned": event.type == "pinned"}
    return {}


def _with(
    reactions: tuple[Reaction, ...], emoji: str, by: Who, *, on: bool
) -> tuple[Reaction, ...]:
    """The reactions with somebody's set or taken back."""
    people = {each.emoji: each.people for each in reactions}
    people[emoji] = tuple(other for other in people.get(emoji, ()) if other.id != by.id)
    if on:
        people[emoji] = (*people[emoji], by)
    return tuple(Reaction(each, who) for each, who in people.items() if who)
