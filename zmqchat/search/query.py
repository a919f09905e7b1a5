"""A search as a person types it: words, "several words", and filters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import SEARCH_CHARACTERS
from zmqchat.search.text import folded, has_link, occurs

_PARTS = re.compile(
    r'(?:(?P<filter>from|in|before|after|has):(?:"(?P<quoted>[^"]*)"|(?P<bare>\S+)))'
    r'|"(?P<phrase>[^"]*)"|(?P<word>\S+)',
    re.IGNORECASE,
)


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
            filters[part["filter"].lower()] = part["quoted"] or part["bare"] or ""
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
        raise Refused(Code.BAD_REQUEST, f"has:{value} is not known; has:link finds links.")
    return value is not None


def _moment(value: str | None) -> int | None:
    """A date (its beginning, UTC) or an RFC 3339 moment, in microseconds."""
    if value is None:
        return None
    try:
        if len(value) <= len("2026-01-31"):
            moment = datetime.combine(date.fromisoformat(value), time(), UTC)
        else:
            moment = datetime.fromisoformat(value)
    except ValueError:
        raise Refused(
            Code.BAD_REQUEST, f"{value!r} is no date: write 2026-01-31, or 2026-01-31T12:00:00Z."
        ) from None
    return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * 1_000_000)
