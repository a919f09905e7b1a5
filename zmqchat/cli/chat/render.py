"""Timelines as styled lines of a given width: day separators, grouped messages, wrapped text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import pairwise

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.utils import get_cwidth

from zmqchat.cli.chat.model import Delivery, Outgoing, Room
from zmqchat.cli.lines import said
from zmqchat.cli.output import clean
from zmqchat.client import ChatEvent

Line = StyleAndTextTuples
"""Fragments of one screen line: (style class, text)."""

_INDENT = "  "
_GROUP = timedelta(minutes=5)
_COLOURS = 6


def timeline(room: Room, me: str, width: int) -> list[Line]:
    """All loaded events, own messages under way, and notices, oldest first."""
    lines: list[Line] = []
    previous: ChatEvent | None = None
    for event in room.events:
        lines.extend(_event(event, previous, me, width))
        previous = event
    for message in room.outgoing:
        style, note = _delivery(message)
        lines.extend(_wrapped(message.text, style, width))
        lines.extend(_wrapped(note, style, width))
    for notice in room.notices:
        lines.extend(_wrapped(notice, "class:notice", width))
    return lines


def _delivery(message: Outgoing) -> tuple[str, str]:
    match message.delivery:
        case Delivery.FAILED:
            return "class:failed", f"(not sent: {message.why})"
        case Delivery.SENT:
            return "", f"(sent as {message.seq})"
        case Delivery.WAITING:
            return "class:waiting", "(waiting for the server)"


def _event(event: ChatEvent, previous: ChatEvent | None, me: str, width: int) -> Iterator[Line]:
    here = event.sent_at.astimezone()
    if previous is None or previous.sent_at.astimezone().date() != here.date():
        yield _centred(f" {here:%A, %d %B %Y} ", width)
    if event.type != "posted":
        yield from _wrapped(f"{here:%H:%M}  {said(event.to_json())}", "class:system", width)
        return
    if not _continues(event, previous):
        yield [
            (sender_style(event.sender, me), clean(event.sender)),
            ("class:time", f"  {here:%H:%M}"),
        ]
    if event.reply_to is not None:
        yield [("class:system", f"{_INDENT}\u21b3 to {event.reply_to}")]
    if event.redacted:
        yield [("class:system", f"{_INDENT}(removed)")]
    else:
        yield from _wrapped(event.text or "", "", width)


def _continues(event: ChatEvent, previous: ChatEvent | None) -> bool:
    """Whether a message stands under the same heading as the one before it."""
    return (
        previous is not None
        and previous.type == "posted"
        and previous.sender == event.sender
        and event.sent_at - previous.sent_at < _GROUP
        and previous.sent_at.astimezone().date() == event.sent_at.astimezone().date()
    )


def sender_style(sender: str, me: str) -> str:
    """A colour that is a person's for good, and one's own."""
    return "class:me" if sender == me else f"class:sender{sum(sender.encode()) % _COLOURS}"


def _centred(text: str, width: int) -> Line:
    rule = "\u2500" * max(2, (width - get_cwidth(text)) // 2)
    return [("class:rule", rule), ("class:day", text), ("class:rule", rule)]


def _wrapped(text: str, style: str, width: int) -> Iterator[Line]:
    for paragraph in text.split("\n"):
        for piece in wrap(clean(paragraph), max(8, width - len(_INDENT))):
            yield [("", _INDENT), (style, piece)]


def wrap(text: str, width: int) -> list[str]:
    """`text` in pieces of at most `width` columns, broken at blanks where there are any."""
    pieces = [""]
    for word in _words(text, width):
        if get_cwidth(pieces[-1]) + get_cwidth(word.rstrip()) > width:
            pieces[-1] = pieces[-1].rstrip()
            pieces.append("")
        pieces[-1] += word
    return pieces


def _words(text: str, width: int) -> Iterator[str]:
    """Words with the blanks behind them; one that is wider than a line comes in parts."""
    starts = [0, *(i for i, (a, b) in enumerate(pairwise(text), 1) if a == " " != b), len(text)]
    for start, end in pairwise(starts):
        word = text[start:end]
        yield from [word] if get_cwidth(word) <= width else _parts(word, width)


def _parts(word: Iterable[str], width: int) -> Iterator[str]:
    part, columns = "", 0
    for character in word:
        if columns + get_cwidth(character) > width:
            yield part
            part, columns = "", 0
        part += character
        columns += get_cwidth(character)
    yield part
