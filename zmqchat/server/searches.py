"""One search: whom and which rooms its filters mean, and the messages that were found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from zmqchat.domain.acquaintance import has_read_of, named, room_called
from zmqchat.domain.draft import State
from zmqchat.domain.state import User
from zmqchat.errors import Code, Refused
from zmqchat.protocol import codec
from zmqchat.protocol.events import Posted
from zmqchat.protocol.limits import HISTORY_BYTES, SEARCH_RESULTS
from zmqchat.protocol.replies import Found, Message, SearchResults
from zmqchat.protocol.requests import Search
from zmqchat.search.lookup import Hit, Hits, Wanted
from zmqchat.search.query import Query, matches, parse
from zmqchat.server import directory
from zmqchat.server.reads import Reader

_CURSOR_BYTES = 8
_NAME_BYTES = 16  # what a person costs in a reply beside the name's letters
_SHOWN = 64
_MOST_LOOKS = 20


class Searcher(Protocol):
    """What finds messages, in what was committed before it was asked."""

    def search(self, wanted: Wanted) -> Hits:
        """The newest that match; Refused(BUSY) where that cannot be said now."""

    def nudge(self, *, at_once: bool = False) -> None:
        """Something new is in the log. Returns at once."""

    def settle(self) -> None:
        """To be called every second or so. Returns at once."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A search as it was asked: what for, by whom, in which rooms."""

    query: Query
    asker: int
    rooms: frozenset[int]
    sender: int
    before: int
    limit: int


def scope(state: State, asker: User, request: Search) -> Scope:
    """What is to be searched; Refused where a filter means nothing, or nothing of the asker's."""
    query = parse(request.query)
    sender = _person(state, asker, query.sender) if query.sender is not None else 0
    rooms = frozenset(directory.rooms_to_read(state, asker.id))
    if query.room is not None:
        rooms &= {_room(state, asker, query.room)}
    if request.room is not None:
        if request.room not in rooms and not directory.readable(state, asker.id, request.room):
            raise Refused(Code.NOT_FOUND, "There is no such room, or you do not read it.")
        rooms &= {request.room}
    limit = max(1, min(request.limit, SEARCH_RESULTS))
    return Scope(query, asker.id, rooms, sender, _position(request.before), limit)


def results(searcher: Searcher, reader: Reader, state: State, scope: Scope) -> SearchResults:
    """What was found and may be read, as it is now; in a worker.

    The index may be behind. Where all that it found was edited or redacted since, it is looked on
    behind that: an empty page with more to come would tell that something had been there.
    """
    rooms = tuple(
        room for room in sorted(scope.rooms) if directory.readable(state, scope.asker, room)
    )
    limit = scope.limit
    for _ in range(_MOST_LOOKS):
        hits = searcher.search(Wanted(scope.query, rooms, scope.sender, scope.before, limit))
        page = _page(hits, _loaded(reader, hits.found), scope)
        if page.found or not page.next or not hits.found:
            break
        scope = replace(scope, before=_position(page.next))
        limit = SEARCH_RESULTS
    return page


def _page(hits: Hits, loaded: dict[Hit, Message | None], scope: Scope) -> SearchResults:
    """As many of the hits as one reply holds."""
    found: list[Found] = []
    left = HISTORY_BYTES
    behind = scope.before
    for hit in hits.found:
        if hit not in loaded:  # it did not fit
            return SearchResults(found, _cursor(behind), hits.behind)
        message = loaded[hit]
        behind = hit.number
        if message is None or not _is_match(message, scope.query):
            continue
        left -= _size(message)
        if left < 0 and found:
            return SearchResults(found, _cursor(hit.number + 1), hits.behind)
        found.append(Found(hit.room, message))
        if len(found) == scope.limit and hit != hits.found[-1]:
            return SearchResults(found, _cursor(hit.number), hits.behind)
    return SearchResults(found, _cursor(hits.next), hits.behind)


def _loaded(reader: Reader, hits: Iterable[Hit]) -> dict[Hit, Message | None]:
    """The messages as they are now, None where there is none; what does not fit is left out."""
    by_room: defaultdict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_room[hit.room].append(hit)
    loaded: dict[Hit, Message | None] = {}
    for room, wanted in by_room.items():
        page = reader.messages(room, [hit.seq for hit in wanted], HISTORY_BYTES)
        messages = {message.event.seq: message for message in page.messages}
        oldest = min(messages, default=0) if page.more else 0
        loaded |= {hit: messages.get(hit.seq) for hit in wanted if hit.seq >= oldest}
    return loaded


def _is_match(message: Message, query: Query) -> bool:
    """Whether it still says what was looked for: it may have been edited or erased meanwhile."""
    return not message.event.erased and matches(query, _text(message))


def _text(message: Message) -> str:
    if message.text is not None:
        return message.text
    body = codec.decode_body(message.event.type, message.event.body)
    return body.text if isinstance(body, Posted) else ""


def _size(message: Message) -> int:
    names = sum(
        len(who.name.encode()) + _NAME_BYTES for each in message.reactions for who in each.people
    )
    return len(message.event.body) + len((message.text or "").encode()) + names


def _person(state: State, asker: User, name: str) -> int:
    user = named(state, name)
    if user is None or not has_read_of(state, asker, user.id):
        raise Refused(
            Code.NOT_FOUND, f"There is nobody called {name[:_SHOWN]!r} here: check from:."
        )
    return user.id


def _room(state: State, asker: User, name: str) -> int:
    room = room_called(state, asker, name)
    if room is None or directory.readable(state, asker.id, room.id) is None:
        raise Refused(
            Code.NOT_FOUND,
            f"You read no room called {name[:_SHOWN]!r}: check in:. "
            "in:ROOM is one of your rooms, in:@NAME a conversation.",
        )
    return room.id


def _position(cursor: bytes) -> int:
    if len(cursor) not in {0, _CURSOR_BYTES}:
        raise Refused(Code.BAD_REQUEST, "`before` is no place in search results. Search anew.")
    return min(int.from_bytes(cursor, "big"), 2**63 - 1)


def _cursor(position: int) -> bytes:
    return position.to_bytes(_CURSOR_BYTES, "big") if position else b""
