"""What is in the log and not in the index yet: its newest part is looked through, one by one.

So whoever wrote something a moment ago is found, also while the index is made anew or has others'
flood to take in. How much is looked through is bounded; what lies between is said to be missing.
"""

from __future__ import annotations

from typing import Final

from zmqchat.errors import PeerError
from zmqchat.protocol import codec
from zmqchat.protocol.events import Posted
from zmqchat.search.lookup import Hit, Hits, Wanted
from zmqchat.search.query import matches
from zmqchat.storage.following import Entry, newest_contents
from zmqchat.storage.reader import Reader

_MOST: Final = 2_000
"""Entries that are looked through: some 30 ms of them."""

_MOST_BYTES: Final = 1024 * 1024


def look_through(reader: Reader, indexed: int, wanted: Wanted) -> Hits:
    """The newest matches beyond number `indexed`; `next` goes on in the index, or here."""
    found: list[Hit] = []
    rooms = frozenset(wanted.rooms)
    for entry in newest_contents(reader, indexed, wanted.before, _MOST, _MOST_BYTES):
        if entry.room in rooms and _is_match(entry, wanted):
            found.append(Hit(entry.number, entry.room, entry.seq))
            if len(found) == wanted.limit:
                return Hits(tuple(found), entry.number)
    return Hits(tuple(found), indexed + 1)


def _is_match(entry: Entry, wanted: Wanted) -> bool:
    query = wanted.query
    if entry.type != "posted" or not entry.whole or wanted.user not in {0, entry.user}:
        return False
    if query.after_us is not None and entry.time_us < query.after_us:
        return False
    if query.before_us is not None and entry.time_us >= query.before_us:
        return False
    try:
        body = codec.decode_body(entry.type, entry.body)
    except PeerError:  # of another version
        return False
    return isinstance(body, Posted) and matches(query, body.text)
