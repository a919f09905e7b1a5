"""What an event does to the message that it is about. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zmqchat.client.events import ChatEvent
from zmqchat.client.messages import ChatMessage, Reaction
from zmqchat.protocol.mentions import mentions

CHANGES = frozenset({"edited", "redacted", "reacted", "unreacted", "pinned", "unpinned"})
"""The types of events that are about a message, and are shown at it."""

Known = Callable[[str], str | None]
"""The name of whoever is called so (`@room` for everybody), or None: see `protocol.mentions`."""


def nobody(_name: str) -> str | None:
    """Finds no mentions."""
    return None


def named_in(text: str, sender: str, known: Known) -> tuple[str, ...]:
    """Whom a text of `sender` mentions, by name."""
    if "@" not in text:
        return ()
    return tuple(sorted(name for name in mentions(text, known) if name != sender))


def changes(message: ChatMessage, event: ChatEvent, known: Known) -> dict[str, Any]:
    """The fields of the message that are others after an event of `CHANGES`; empty for none."""
    match event.type:
        case "edited" if event.text is not None and not message.redacted:
            found = named_in(event.text, event.sender, known)
            return {"text": event.text, "edited_at": event.sent_at, "mentions": found}
        case "redacted":
            gone = {"text": None, "reply_to": None, "edited_at": None, "mentions": ()}
            return {"redacted": True, "pinned": False, **gone}
        case "reacted" | "unreacted" if event.emoji is not None:
            on = event.type == "reacted"
            return {"reactions": _with(message.reactions, event.emoji, event.sender, on=on)}
        case "pinned" | "unpinned":
            return {"pinned": event.type == "pinned"}
    return {}


def _with(
    reactions: tuple[Reaction, ...], emoji: str, name: str, *, on: bool
) -> tuple[Reaction, ...]:
    """The reactions with that of `name` set or taken back."""
    names = {each.emoji: each.names for each in reactions}
    names[emoji] = tuple(other for other in names.get(emoji, ()) if other != name)
    if on:
        names[emoji] = (*names[emoji], name)
    return tuple(Reaction(each, who) for each, who in names.items() if who)
