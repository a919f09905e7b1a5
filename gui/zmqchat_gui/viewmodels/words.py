"""Small texts: initials, times, days, counts; what a person reads in them is translated."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

from zmqchat.errors import UsageError
from zmqchat.protocol.names import normalise_room

TINTS = 8
"""How many colours the theme has for avatars."""


def say(text: str) -> str:
    """A text of the window in the person's language."""
    return QCoreApplication.translate("zmqchat", text)


def wrong_room_name(name: str) -> str:
    """What keeps a room from being called this, or ""."""
    try:
        normalise_room(name.strip().removeprefix("#"))
    except UsageError as error:
        return sentence(error.message)
    return ""


def sentence(text: str) -> str:
    """As one by itself: with a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:].removesuffix('.')}."


def count(number: int, one: str, many: str) -> str:
    """`one` or `many`, whose `{}` is the number as the locale writes it."""
    return say(one if number == 1 else many).format(figure(number))


def figure(number: int) -> str:
    """A number as the locale writes it: 1,204."""
    return QLocale().toString(number)


@lru_cache(4096)
def initials(name: str) -> str:
    """One or two letters for an avatar: "Ada Lindqvist" AL, "grace" G, "jonas.weber" JW."""
    words = [word for word in _spaced(name).split() if word]
    letters = [word[0] for word in (words[:1] + words[1:][-1:])]
    return "".join(letters).upper() or "?"


def _spaced(name: str) -> str:
    return "".join(c if c.isalnum() else " " for c in name)


@lru_cache(4096)
def tint(name: str) -> int:
    """Which of the theme's colours is a name's; alike on every machine."""
    return blake2b(name.casefold().encode(), digest_size=1).digest()[0] % TINTS


def local(time_us: int) -> datetime:
    """Microseconds since the epoch as this machine's wall clock."""
    return datetime.fromtimestamp(time_us / 1_000_000).astimezone()


@lru_cache(4096)
def clock(minutes: int) -> str:
    """The time of day, given in minutes since the epoch: "16:52" or "4:52 PM"."""
    moment = local(minutes * 60_000_000)
    return QLocale().toString(QTime(moment.hour, moment.minute), QLocale.FormatType.ShortFormat)


def time_text(time_us: int) -> str:
    """The time of day of a moment."""
    return clock(time_us // 60_000_000)


def full_time(time_us: int) -> str:
    """Day and time of a moment, for a tooltip."""
    moment = local(time_us)
    day = QLocale().toString(_qdate(moment.date()), QLocale.FormatType.LongFormat)
    return f"{day}, {time_text(time_us)}"


def today() -> date:
    """The day on this machine's wall clock."""
    return datetime.now().astimezone().date()


def day_of(time_us: int) -> date:
    """The local day of a moment. Time zones are off by quarters of hours: those are looked at."""
    quarter = time_us // 900_000_000
    return _day_of_quarter(quarter)


@lru_cache(4096)
def _day_of_quarter(quarters: int) -> date:
    return local(quarters * 900_000_000).date()


def day_text(day: date, today: date) -> str:
    """Today, Yesterday, a weekday with its date, and the year where it is another."""
    if day == today:
        return say("Today")
    if day == today - timedelta(days=1):
        return say("Yesterday")
    pattern = "dddd, d MMMM" if day.year == today.year else "d MMMM yyyy"
    return QLocale().toString(_qdate(day), pattern)


def _qdate(day: date) -> QDate:
    return QDate(day.year, day.month, day.day)


def listed(names: list[str]) -> str:
    """Names as a sentence has them: "Ada", "Ada and Bo", "Ada, Bo and 3 others"."""
    if len(names) <= 1:
        return "".join(names)
    if len(names) == 2:
        return say("{} and {}").format(*names)
    if len(names) == 3:
        return say("{}, {} and {}").format(*names)
    others = count(len(names) - 2, "{} other", "{} others")
    return say("{}, {} and {}").format(names[0], names[1], others)
