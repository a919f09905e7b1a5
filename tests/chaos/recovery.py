"""When everybody was heard by everybody again, from what the clients said since. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tests.chaos.records import Record, What

ROOM = "general"
"""Where all clients are."""


def recovered_at(streams: Mapping[str, Sequence[Record]], since: int) -> int | None:
    """The moment by which each client had read a message that each had posted after `since`.

    And by which one that each posted after it was acknowledged. None: that has not come yet.
    `streams` are of the clients that should be there, of the process of each that runs now.
    """
    by_text = {
        record.text: client
        for client, records in streams.items()
        for record in _since(records, since)
        if record.what is What.TAKEN and record.room == ROOM
    }
    moments: list[int] = []
    for records in streams.values():
        heard: dict[str, int] = {}
        acknowledged: int | None = None
        for record in reversed(list(_since(records, since))):  # the earliest is what remains
            if record.room == ROOM and record.text in by_text:
                if record.what is What.EVENT:
                    heard[by_text[record.text]] = record.at
                elif record.what is What.ACKED:
                    acknowledged = record.at
        if acknowledged is None or heard.keys() != streams.keys():
            return None
        moments += [acknowledged, *heard.values()]
    return max(moments, default=since)


def _since(records: Sequence[Record], since: int) -> Iterator[Record]:
    """The newest records, the newest first turned round: a stream is long, and its end is new."""
    first = len(records)
    while first and records[first - 1].at > since:
        first -= 1
    return iter(records[first:])
