"""An event as one line for people. Programs read `--json`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from zmqchat.cli.output import clean, emphasised, readable, shown
from zmqchat.protocol.display import isolated

_SENTENCES: Final[dict[str, str]] = {
    "edited": "{sender} changed {target} to: {text}",
    "redacted": "{sender} removed {target}",
    "reacted": "{sender} reacted to {target} with {emoji}",
    "unreacted": "{sender} took {emoji} back from {target}",
    "pinned": "{sender} pinned {target}",
    "unpinned": "{sender} unpinned {target}",
    "joined": "{member} joined",
    "left": "{member} left",
    "invited": "{sender} invited {member}",
    "kicked": "{sender} removed {member} from the room",
    "banned": "{sender} banned {member}",
    "unbanned": "{sender} let {member} in again",
    "renamed": "{sender} renamed the room to {name}",
    "described": "{sender} described the room: {text}",
    "archived": "{sender} archived the room: it can be read, and nothing is written any more",
    "unarchived": "{sender} opened the room again",
    "appointed": "{sender} made {member} {role} of the room",
    "person-renamed": "{member} is called {name} from now on",
}


class _Fields(dict[str, str]):
    """A newer server may leave out what this version's sentence names."""

    def __missing__(self, key: str) -> str:
        return "?"


def event_line(event: Mapping[str, object]) -> str:
    """One event, from its JSON fields: seq, local time, and who said or did what."""
    return f"{event['seq']:>6}  {said_at(event)}  {said(event)}"


def found_line(message: Mapping[str, object]) -> str:
    """A message among those of many rooms: the room first."""
    room = str(message["room"])
    where = shown(room if room.startswith("@") else f"#{room}")
    return f"{where} {message['seq']}  {said_at(message)}  {said(message)}"


def said_at(event: Mapping[str, object]) -> str:
    """When it was, by this machine's clock and zone."""
    return f"{datetime.fromisoformat(str(event['sent_at'])).astimezone():%Y-%m-%d %H:%M:%S}"


def said(event: Mapping[str, object]) -> str:
    """What an event says, for a terminal: who said or did what, on one line."""
    fields = _Fields({key: shown(str(value)) for key, value in event.items()})
    if event.get("text") is not None:
        fields["text"] = isolated(readable(str(event["text"])))
    if event["type"] == "posted":
        text = "(removed)" if event.get("redacted") else fields["text"]
        answer = f" (to {fields['reply_to']})" if event.get("reply_to") else ""
        return f"{emphasised(fields['sender'])}{answer}: {' '.join([text, *marks(event)])}"
    if event.get("redacted"):
        fields["text"] = "(removed)"
    sentence = _SENTENCES.get(str(event["type"]), "{sender}: an event of the unknown type {type}")
    return "* " + sentence.format_map(fields)


def marks(message: Mapping[str, object]) -> Iterator[str]:
    """What happened to a message, from its JSON fields, where anything did."""
    if message.get("edited_at"):
        yield "(edited)"
    if message.get("pinned"):
        yield "(pinned)"
    if reactions := message.get("reactions"):
        yield f"[{reactions_line(reactions)}]"
    if replies := message.get("replies"):
        yield "(1 reply)" if replies == 1 else f"({replies} replies)"


def reactions_line(reactions: object) -> str:
    """Reactions of a message's JSON, each with how many set it: `👍 2, 🎉 1`."""
    assert isinstance(reactions, list)
    return ", ".join(f"{clean(each['emoji'])} {len(each['names'])}" for each in reactions)
