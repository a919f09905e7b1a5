"""Entries of a timeline as styled lines: day separators, grouped messages, wrapped text."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.utils import get_cwidth

from zmqchat.cli.chat.columns import cut, fitted, paragraphs
from zmqchat.cli.chat.model import Delivery, Entry, Outgoing, Remark, Room, calls
from zmqchat.cli.lines import said
from zmqchat.cli.output import clean, seen
from zmqchat.client import ChatEvent
from zmqchat.client.messages import ChatMessage
from zmqchat.protocol.who import Who

Line = StyleAndTextTuples
"""Fragments of one screen line: (style class, text)."""

_seen = lru_cache(maxsize=512)(seen)  # a frame asks for the same texts as the frame before
_INDENT = "  "
_GROUP = timedelta(minutes=5)
_COLOURS = 6
_NARROWEST = 2  # a wide character needs two columns
_NUMBERED = 40  # columns from which messages show their numbers, which commands ask for


@dataclass(frozen=True, slots=True)
class Look:
    """How entries are shown: to whom, with or without a server, in how many columns."""

    me: Who
    live: bool
    width: int
    ignored: Container[int] = ()
    called: Callable[[int, str], str] = lambda _user, then: then
    """What somebody is called now, who was called so then."""


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


def _event(room: Room, index: int, event: ChatMessage | ChatEvent, look: Look) -> Iterator[Line]:
    here = event.sent_at.astimezone()
    before = room.entries[index - 1] if index else None
    if _new_day(room, index, here):
        yield _centred(f" {here:%A, %d %B %Y} ", "class:day", look.width)
    if event.seq == room.new_from:
        yield _centred(" new ", "class:new", look.width)
    if isinstance(event, ChatEvent):
        yield from _wrapped(f"{here:%H:%M}  {said(event.to_json())}", "class:system", look.width)
    elif event.sender_id not in look.ignored:
        previous = before if isinstance(before, ChatMessage) else None
        if event.seq == room.new_from or not _continues(event, previous):
            yield _heading(_sender(event, look), f"{here:%H:%M}", look)
        yield from _message(room, event, look)


def _message(room: Room, message: ChatMessage, look: Look) -> Iterator[Line]:
    if message.reply_to is not None:
        target = room.message(message.reply_to)
        quoted = (
            f"{_sender(target, look).name}: {_seen(target.text or '')}" if target else "message"
        )
        quote = cut(f"{_INDENT}\u21b3 {message.reply_to} {clean(quoted)}", look.width)
        yield [("class:system", quote)]
    yield from _numbered(_text(message, look), message.seq, look.width)
    yield from _happened(message, look)


def _text(message: ChatMessage, look: Look) -> Iterator[Line]:
    width = look.width - _number_columns(message.seq, look.width)
    if message.redacted:
        return _wrapped("(removed)", "class:system", width)
    called = calls(message, look.me.id)
    return _wrapped(_seen(message.text or ""), "class:mention" if called else "", width)


def _number_columns(seq: int, width: int) -> int:
    return len(str(seq)) + 2 if width >= _NUMBERED else 0


def _numbered(lines: Iterator[Line], seq: int, width: int) -> Iterator[Line]:
    """The lines of a message, the first with its number at the right end."""
    columns = _number_columns(seq, width)
    for number, line in enumerate(lines):
        if number == 0 and columns:
            used = sum(get_cwidth(fragment[1]) for fragment in line)
            line = [*line, ("class:time", str(seq).rjust(width - used - 1))]
        yield line


def _happened(message: ChatMessage, look: Look) -> Iterator[Line]:
    """What a message got, on a line of its own."""
    got = [
        ("class:system", each)
        for each, holds in (("(edited)", message.edited_at), ("(pinned)", message.pinned))
        if holds
    ]
    for reaction in message.reactions:
        mine = "class:reaction.mine" if reaction.by(look.me.id) else "class:reaction"
        got.append((mine, f"{clean(reaction.emoji)} {len(reaction.people)}"))
    if message.replies:
        replies = "1 reply" if message.replies == 1 else f"{message.replies} replies"
        got.append(("class:thread", f"{replies}: /thread {message.seq}"))
    if got:
        segments = [(style, f"{text}  ") for style, text in got]
        yield [*fitted([("", _INDENT), *segments], look.width)]


def _outgoing(room: Room, index: int, message: Outgoing, look: Look) -> Iterator[Line]:
    before = room.entries[-1] if index == len(room.entries) and room.entries else None
    mine = isinstance(before, ChatMessage) and before.sender_id == look.me.id
    if index == len(room.entries) and not mine:
        yield _heading(look.me, "", look)
    waits = message.delivery is Delivery.WAITING
    yield from _wrapped(_seen(message.text), "class:waiting" if waits else "", look.width)
    if waits and not look.live:
        yield from _wrapped("(waits for the server)", "class:waiting", look.width)


def _new_day(room: Room, index: int, here: datetime) -> bool:
    """Whether the event is the first of its day among those that are loaded."""
    for at in range(index - 1, -1, -1):
        entry = room.entries[at]
        if not isinstance(entry, Remark):
            return entry.sent_at.astimezone().date() != here.date()
    return True


def _continues(event: ChatMessage, previous: ChatMessage | None) -> bool:
    """Whether a message stands under the same heading as the one before it."""
    return (
        previous is not None
        and previous.sender_id == event.sender_id
        and event.sent_at - previous.sent_at < _GROUP
        and previous.sent_at.astimezone().date() == event.sent_at.astimezone().date()
    )


def _sender(message: ChatMessage, look: Look) -> Who:
    return Who(message.sender_id, look.called(message.sender_id, message.sender))


def _heading(sender: Who, time: str, look: Look) -> Line:
    name = cut(clean(sender.name), look.width)
    room_for_time = get_cwidth(name) + len(time) + 2 <= look.width
    style = sender_style(sender.id, look.me.id)
    return [(style, name), ("class:time", f"  {time}" if time and room_for_time else "")]


def sender_style(sender: int, me: int) -> str:
    """A colour that is a person's for good, and one's own."""
    return "class:me" if sender == me else f"class:sender{sender % _COLOURS}"


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
