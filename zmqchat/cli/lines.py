"""An event as one line for people. Programs read `--json`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from zmqchat.cli.output import clean, emphasised

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
}


class _Fields(dict[str, str]):
    """A newer server may leave out what this version's sentence names."""

    def __missing__(self, key: str) -> str:
        return "?"


def event_line(event: Mapping[str, object]) -> str:
    """One event, from its JSON fields: seq, local time, and who said or did what."""
    sent_at = datetime.fromisoformat(str(event["sent_at"])).astimezone()
    return f"{event['seq']:>6}  {sent_at:%Y-%m-%d %H:%M:%S}  {said(event)}"


def said(event: Mapping[str, object]) -> str:
    """What an event says, for a terminal: who said or did what, on one line."""
    fields = _Fields({key: clean(str(value)) for key, value in event.items()})
    if event["type"] == "posted":
        text = "(removed)" if event.get("redacted") else fields["text"]
        answer = f" (to {fields['reply_to']})" if event.get("reply_to") else ""
        return f"{emphasised(fields['sender'])}{answer}: {text}"
    sentence = _SENTENCES.get(str(event["type"]), "{sender}: an event of the unknown type {type}")
    return "* " + sentence.format_map(fields)
