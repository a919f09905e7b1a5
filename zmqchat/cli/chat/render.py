"""Entries of a timeline as styled lines: day separators, grouped messages, wrapped text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.utils import get_cwidth

from zmqchat.cli.chat.columns import cut, paragraphs
from zmqchat.cli.chat.model import Delivery, Entry, Outgoing, Remark, Room, mentions
from zmqchat.cli.lines import said
from zmqchat.cli.output import clean
from zmqchat.client import ChatEvent

Line = StyleAndTextTuples
"""Fragments of one screen line: (style class, text)."""

_INDENT = "  "
_GROUP = timedelta(minutes=5)
_COLOURS = 6
_NARROWEST = 2  # a wide character needs two columns
_FOLDED = frozenset({"edited", "redacted"})  # seen at the message that they change


@dataclass(frozen=True, slots=True)
class Look:
    """How entries are shown: to whom, with or without a server, in how many columns."""

    me: str
    live: bool
    width: int


def lines_at(room: Room, index: int, look: Look) -> list[Line]:
    """The lines of one entry: of `room.entries`, and behind them of `room.outgoing`."""
    known = len(room.entries)
    entry: Entry | Outgoing = room.entries[index] if index < known else room.outgoing[index - known]
    if isinstance(entry, Remark):
        style = "class:failed" if entry.failed else "class:notice"
        lines = list(_wrapped(entry.text, style, look.width))
    elif isinstance(entry, Outgoing):
        lines = list(_outgoing(room, index, entry, look))
    else:
        lines = list(_event(room, index, entry, look))
    if index == 0 and room.whole:
        lines.insert(0, [("class:system", cut("The room begins here.", look.width))])
    return lines


def _event(room: Room, index: int, event: ChatEvent, look: Look) -> Iterator[Line]:
    here = event.sent_at.astimezone()
    before = room.entries[index - 1] if index else None
    previous = before if isinstance(before, ChatEvent) else None
    if _new_day(room, index, here):
        yield _centred(f" {here:%A, %d %B %Y} ", "class:day", look.width)
    if event.seq == room.new_from:
        yield _centred(" new ", "class:new", look.width)
    if event.type in _FOLDED:
        return
    if event.type != "posted":
        yield from _wrapped(f"{here:%H:%M}  {said(event.to_json())}", "class:system", look.width)
        return
    if event.seq == room.new_from or not _continues(event, previous):
        yield _heading(event.sender, f"{here:%H:%M}", look)
    yield from _message(room, event, look)


def _message(room: Room, event: ChatEvent, look: Look) -> Iterator[Line]:
    if event.reply_to is not None:
        target = room.message(event.reply_to)
        quoted = f"{target.sender}: {target.text or ''}" if target else f"message {event.reply_to}"
        quote = cut(f"{_INDENT}\u21b3 {clean(quoted)}", look.width)
        yield [("class:system", quote)]
    if event.redacted:
        yield from _wrapped("(removed)", "class:system", look.width)
    else:
        text = event.text or ""
        called = event.sender != look.me and mentions(text, look.me)
        yield from _wrapped(text, "class:mention" if called else "", look.width)
        if event.edited_at is not None:
            yield from _wrapped("(edited)", "class:system", look.width)


def _outgoing(room: Room, index: int, message: Outgoing, look: Look) -> Iterator[Line]:
    before = room.entries[-1] if index == len(room.entries) and room.entries else None
    mine = isinstance(before, ChatEvent) and before.type == "posted" and before.sender == look.me
    if index == len(room.entries) and not mine:
        yield _heading(look.me, "", look)
    waits = message.delivery is Delivery.WAITING
    yield from _wrapped(message.text, "class:waiting" if waits else "", look.width)
    if waits and not look.live:
        yield from _wrapped("(waits for the server)", "class:waiting", look.width)


def _new_day(room: Room, index: int, here: datetime) -> bool:
    """Whether the event is the first of its day among those that are loaded."""
    for at in range(index - 1, -1, -1):
        entry = room.entries[at]
        if isinstance(entry, ChatEvent):
            return entry.sent_at.astimezone().date() != here.date()
    return True


def _continues(event: ChatEvent, previous: ChatEvent | None) -> bool:
    """Whether a message stands under the same heading as the one before it."""
    return (
        previous is not None
        and previous.type == "posted"
        and previous.sender == event.sender
        and event.sent_at - previous.sent_at < _GROUP
        and previous.sent_at.astimezone().date() == event.sent_at.astimezone().date()
    )


def _heading(sender: str, time: str, look: Look) -> Line:
    name = cut(clean(sender), look.width)
    room_for_time = get_cwidth(name) + len(time) + 2 <= look.width
    style = sender_style(sender, look.me)
    return [(style, name), ("class:time", f"  {time}" if time and room_for_time else "")]


def sender_style(sender: str, me: str) -> str:
    """A colour that is a person's for good, and one's own."""
    return "class:me" if sender == me else f"class:sender{sum(sender.encode()) % _COLOURS}"


def _centred(text: str, style: str, width: int) -> Line:
    text = cut(text, width)
    left, odd = divmod(width - get_cwidth(text), 2)
    return [
        ("class:rule", "\u2500" * left),
        (style, text),
        ("class:rule", "\u2500" * (left + odd)),
    ]


def _wrapped(text: str, style: str, width: int) -> Iterator[Line]:
    indent = _INDENT if width >= len(_INDENT) + _NARROWEST else ""
    for piece in paragraphs(text, max(_NARROWEST, width - len(indent))):
        yield [("", indent), (style, piece)]
