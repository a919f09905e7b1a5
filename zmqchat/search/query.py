"""A search as a person types it: words, "several words", and filters."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import SEARCH_CHARACTERS
from zmqchat.protocol.prose import has_link
from zmqchat.search.text import folded, occurs

_PARTS = re.compile(
    r'(?:(?P<filter>from|in|before|after|has):(?:"(?P<quoted>[^"]*)"|(?P<bare>\S+)))'
    r'|"(?P<phrase>[^"]*)"|(?P<word>\S+)',
    re.IGNORECASE,
)

_SHOWN = 64  # characters of a value that is refused
_DATED = frozenset({"before", "after"})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. Terms are folded; names are as typed, without `@` and `#`.

    Messages count from `after_us` (inclusive) to `before_us` (exclusive), microseconds, UTC.
    """

    terms: tuple[str, ...] = ()
    sender: str | None = None
    room: str | None = None
    after_us: int | None = None
    before_us: int | None = None
    has_link: bool = False


def matches(query: Query, text: str) -> bool:
    """Whether a message's text, as it is now, has what the query asks of it."""
    return holds(query, folded(text)) and (not query.has_link or has_link(text))


def holds(query: Query, searched: str) -> bool:
    """Whether a folded text has all terms, each where it can be found."""
    return all(occurs(term, searched) for term in query.terms)


def parse(text: str) -> Query:
    """A query; Refused(BAD_REQUEST) saying what is wrong with it."""
    if len(text) > SEARCH_CHARACTERS:
        raise Refused(
            Code.TOO_LARGE, f"A search has at most {SEARCH_CHARACTERS} characters: shorten it."
        )
    terms: list[str] = []
    filters: dict[str, str] = {}
    for part in _PARTS.finditer(text):
        if part["filter"]:
            filters[part["filter"].lower()] = _value(part)
        elif term := folded(part["phrase"] or part["word"] or ""):
            terms.append(term)
    if not terms and not filters:
        raise Refused(Code.BAD_REQUEST, "There is nothing to look for: type a word.")
    return Query(
        tuple(dict.fromkeys(terms)),
        sender=_name(filters.get("from"), "@"),
        room=_name(filters.get("in"), "#"),
        after_us=_moment(filters.get("after")),
        before_us=_moment(filters.get("before")),
        has_link=_has_link(filters.get("has")),
    )


def _name(value: str | None, mark: str) -> str | None:
    return value.removeprefix(mark) if value else None


def _has_link(value: str | None) -> bool:
    if value is not None and value.lower() != "link":
        raise Refused(
            Code.BAD_REQUEST, f"has:{value[:_SHOWN]!r} is not known; has:link finds links."
        )
    return value is not None


def with_moments(text: str, in_zone: Callable[[datetime], datetime]) -> str:
    """The query with its dates as moments: `before:2026-01-31` is a day where the asker is.

    `in_zone` gives a time without a zone the asker's. What is no date stays, and is refused.
    """

    def moment(part: re.Match[str]) -> str:
        when = _when(_value(part)) if (part["filter"] or "").lower() in _DATED else None
        if when is None or when.tzinfo is not None:
            return part[0]
        try:
            shown = in_zone(when).astimezone(UTC).replace(tzinfo=None).isoformat()
        except (OverflowError, ValueError, OSError):  # the first or last day there is, elsewhere
            return part[0]
        return f"{part['filter']}:{shown}Z"

    return _PARTS.sub(moment, text)


def _value(part: re.Match[str]) -> str:
    """What a filter is given."""
    return part["quoted"] or part["bare"] or ""


def _when(value: str) -> datetime | None:
    """A date (its beginning) or a moment of RFC 3339, with a zone if one is given; or None."""
    try:
        if len(value) <= len("2026-01-31"):
            return datetime.combine(date.fromisoformat(value), time())
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _moment(value: str | None) -> int | None:
    """A date or a moment, UTC where no zone is given, in microseconds."""
    if value is None:
        return None
    when = _when(value)
    if when is None:
        raise Refused(
            Code.BAD_REQUEST,
            f"{value[:_SHOWN]!r} is no date: write 2026-01-31, or 2026-01-31T12:00:00Z.",
        )
    return (when.replace(tzinfo=when.tzinfo or UTC) - _EPOCH) // timedelta(microseconds=1)
