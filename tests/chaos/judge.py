"""Whether what was promised was kept, from the clients' streams and the log alone. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from tests.chaos.records import END, Entry, Evidence, Record, Stream, What

_DESCRIPTORS = 24
_GROWTH_MIB = 64
_MOST_MIB = 300
_AFTERWARDS_NS = 5_000_000_000
"""An acknowledgement may have been under way while the database was replaced."""


class Invariant(StrEnum):
    """What must hold, whatever fails."""

    ACKNOWLEDGED = "acknowledged is in the log, at the seq that was told"
    ONCE = "a message is in the log once"
    SENDERS_ORDER = "a sender's messages are in the sender's order"
    ONE_ORDER = "everybody reads the log, whole and in its order"
    TAKEN = "what an outbox took arrives, or its sender is told"
    PUT_OUT = "who was put out reads nothing more"
    WHOLE = "the database is as it was written"
    ALIVE = "nothing dies that nobody ended"
    NO_TRACEBACK = "no process says a traceback"
    LEVEL = "descriptors and memory stay level"
    RECOVERED = "everybody is heard by everybody within seconds"
    ENOUGH = "enough was acknowledged to judge by"
    USED = "every sort of fault hit something"


@dataclass(frozen=True, slots=True)
class Finding:
    """An invariant that does not hold, and where."""

    invariant: Invariant
    what: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.what}"


def judge(evidence: Evidence) -> list[Finding]:
    """All that does not hold; nothing where all does."""
    return [
        Finding(invariant, what) for invariant, look in _RULES.items() for what in look(evidence)
    ]


# ── the log ──────────────────────────────────────────────────────────────────────────────────────


def _entry(log_of: Evidence, room: str, seq: int) -> Entry | None:
    events = log_of.log.get(room, ())
    return events[seq - 1] if 0 < seq <= len(events) else None


def _was_replaced(evidence: Evidence, record: Record, *, late: bool) -> bool:
    """Whether it was in a log of which a backup has taken the place, behind where that one ended.

    `late`: it may have been said at any time after, as what a profile holds is.
    """
    for generation in evidence.replaced:
        events = generation.log.get(record.room, ())
        kept = generation.kept.get(record.room, 0)
        if kept < record.seq <= len(events) and _same(events[record.seq - 1], record):
            return late or record.at <= generation.until + _AFTERWARDS_NS
    return False


def _same(entry: Entry, record: Record) -> bool:
    if record.what is What.ACKED:
        return entry.text == record.text
    return (entry.seq, entry.type, entry.sender, entry.text) == (
        record.seq,
        record.type,
        record.who,
        record.text,
    )


def _acknowledged(evidence: Evidence) -> Iterator[str]:
    for stream in evidence.streams:
        for record in stream.records:
            if record.what is What.ACKED:
                there = _entry(evidence, record.room, record.seq)
                if there is not None and _same(there, record):
                    continue
                if not _was_replaced(evidence, record, late=False):
                    held = "nothing" if there is None else repr(there.text or there.type)
                    place = f"#{record.room} {record.seq}"
                    yield f"{stream.client} was told {place} for {record.text!r}; there is {held}"


def _posts(evidence: Evidence) -> Iterator[tuple[str, int, str]]:
    for room, events in evidence.log.items():
        for entry in events:
            if entry.type == "posted" and entry.text != END:
                yield room, entry.seq, entry.text


def _once(evidence: Evidence) -> Iterator[str]:
    for text, times in Counter(text for _, _, text in _posts(evidence)).items():
        if times > 1:
            yield f"{text!r} is there {times} times"


def _senders_order(evidence: Evidence) -> Iterator[str]:
    newest: dict[tuple[str, str], tuple[int, int]] = {}
    for room, seq, text in _posts(evidence):
        client, process, number = text.split("/")
        place = int(process), int(number)
        if place < newest.get((room, client), place):
            yield f"#{room} {seq}: {text!r} is behind a later one of {client}"
        newest[room, client] = max(place, newest.get((room, client), place))


# ── what was read ────────────────────────────────────────────────────────────────────────────────


def _one_order(evidence: Evidence) -> Iterator[str]:
    for stream in evidence.streams:
        yield from (f"{stream.client}: {what}" for what in _read_wrongly(evidence, stream))


def _read_wrongly(evidence: Evidence, stream: Stream) -> Iterator[str]:
    read: dict[str, list[Record]] = {}
    set_aside: Counter[str] = Counter()
    for record in stream.records:
        room = record.room
        if record.what is What.READING:
            read[room] = []
        elif record.what is What.NOTICE and record.type == "branch-set-aside":
            set_aside[room] += 1
        elif record.what is What.EVENT:
            so_far = read.setdefault(room, [])
            newest = so_far[-1].seq if so_far else 0
            if record.seq <= newest and set_aside[room]:
                set_aside[room] -= 1
                del so_far[record.seq - 1 :]
                newest = record.seq - 1
            if record.seq != newest + 1:
                yield f"#{room} {record.seq} was read after {newest}"
            so_far.append(record)
            there = _entry(evidence, room, record.seq)
            if (there is None or not _same(there, record)) and not _was_replaced(
                evidence, record, late=True
            ):
                yield f"#{room} {record.seq}: read {record.text or record.type!r}, there is {there}"
    if stream.lives:
        yield from _unread(evidence, read)


def _unread(evidence: Evidence, read: dict[str, list[Record]]) -> Iterator[str]:
    for room, records in read.items():
        events = evidence.log.get(room, ())
        if len(records) < len(events):
            yield f"#{room} was read to {len(records)} of {len(events)}"
        for entry, record in zip(events, records, strict=False):
            if not _same(entry, record):
                yield f"#{room} {entry.seq} was never read again as it is now"
                break


def _taken(evidence: Evidence) -> Iterator[str]:
    arrived = {(room, text) for room, _, text in _posts(evidence)}
    replaced = {
        (room, entry.text)
        for generation in evidence.replaced
        for room, events in generation.log.items()
        for entry in events[generation.kept.get(room, 0) :]
    }
    by_client: dict[str, list[Record]] = defaultdict(list)
    is_over: dict[str, bool] = {}
    for stream in evidence.streams:
        by_client[stream.client] += stream.records
        # Where another process followed, that one had the outbox.
        is_over[stream.client] = any(record.what is What.OVER for record in stream.records)
    for client, records in by_client.items():
        told = {(record.room, record.text) for record in records if record.what is What.REFUSED}
        over = is_over[client]
        warned = {
            record.room
            for record in records
            if record.what is What.NOTICE and record.type == "branch-set-aside"
        }
        for record in records:
            key = record.room, record.text
            if record.what is not What.TAKEN or key in arrived or key in told or over:
                continue
            if key not in replaced or record.room not in warned:
                yield f"{client}: {record.text!r} for #{record.room} is gone, and nobody was told"


def _put_out(evidence: Evidence) -> Iterator[str]:
    yield from _read_after_kick(evidence)
    yield from _read_after_removal(evidence)


def _read_after_kick(evidence: Evidence) -> Iterator[str]:
    for room, person, kicked, returned, again in _absences(evidence):
        for stream in evidence.streams:
            if stream.person != person:
                continue
            for record in stream.records:
                if (
                    record.what is What.EVENT
                    and record.room == room
                    and kicked < record.seq < returned
                    and record.at < again
                ):
                    yield f"{stream.client} read #{room} {record.seq}, and was kicked at {kicked}"


_NEVER = 2**63


def _absences(evidence: Evidence) -> Iterator[tuple[str, str, int, int, int]]:
    """Room, person, the seq of the kick, of the return, and when they were asked in again."""
    for room, events in evidence.log.items():
        counted: Counter[str] = Counter()
        for entry in events:
            if entry.type == "kicked":
                person = entry.text
                back = (
                    later.seq
                    for later in events[entry.seq :]
                    if later.type in {"invited", "joined"} and later.text == person
                )
                returned = next(back, _NEVER)
                again = _asked_again(evidence, room, person, counted[person])
                yield room, person, entry.seq, returned, again if returned < _NEVER else _NEVER
                counted[person] += 1


def _asked_again(evidence: Evidence, room: str, person: str, kick: int) -> int:
    """The moment at which somebody set about inviting them again, after that kick of theirs."""
    about = sorted(
        (record.at, record.what)
        for stream in evidence.streams
        for record in stream.records
        if record.what in {What.KICKED, What.INVITING}
        and (record.room, record.who) == (room, person)
    )
    kicks = [at for at, what in about if what is What.KICKED]
    since = kicks[kick] if kick < len(kicks) else 0
    return next((at for at, what in about if what is What.INVITING and at >= since), _NEVER)


def _read_after_removal(evidence: Evidence) -> Iterator[str]:
    for remover in evidence.streams:
        for removal in remover.records:
            if removal.what is not What.REMOVED:
                continue
            first = _first_after(evidence, remover.client, removal.at)
            for stream in evidence.streams:
                if stream.client != removal.who:
                    continue
                for record in stream.records:
                    limit = first.get(record.room, _NEVER)
                    if record.what is What.EVENT and limit <= record.seq and record.at > removal.at:
                        yield (
                            f"{stream.client} read #{record.room} {record.seq}, and was removed "
                            f"before {limit}"
                        )


def _first_after(evidence: Evidence, client: str, moment: int) -> dict[str, int]:
    """In each room, the first message that this client posted after the moment."""
    after = {
        record.text
        for stream in evidence.streams
        if stream.client == client
        for record in stream.records
        if record.what is What.TAKEN and record.at > moment
    }
    first: dict[str, int] = {}
    for room, seq, text in _posts(evidence):
        if text in after:
            first.setdefault(room, seq)
    return first


# ── the processes ────────────────────────────────────────────────────────────────────────────────


def _whole(evidence: Evidence) -> Iterator[str]:
    if evidence.verified:
        yield evidence.verified


def _alive(evidence: Evidence) -> Iterator[str]:
    yield from evidence.deaths


def _no_traceback(evidence: Evidence) -> Iterator[str]:
    for process, lines in evidence.said.items():
        for number, line in enumerate(lines):
            if "Traceback (most recent call last)" in line or "internal error" in line:
                yield f"{process}: {' / '.join(lines[number : number + 30])}"
                break


def _level(evidence: Evidence) -> Iterator[str]:
    levels = defaultdict(list)
    for level in evidence.levels:
        levels[level.process, level.pid].append(level)
    for (process, pid), them in levels.items():
        first, last = them[0], them[-1]
        if last.descriptors > first.descriptors + _DESCRIPTORS:
            yield f"{process} ({pid}): {first.descriptors} descriptors, then {last.descriptors}"
        most = max(level.resident_mib for level in them)
        if last.resident_mib > first.resident_mib + _GROWTH_MIB or most > _MOST_MIB:
            mib = f"{first.resident_mib} MiB, then {last.resident_mib}, at most {most}"
            yield f"{process} ({pid}): {mib}"


def _recovered(evidence: Evidence) -> Iterator[str]:
    for recovery in evidence.recoveries:
        if recovery.seconds is None:
            yield f"not after storm {recovery.storm} ({recovery.faults})"


def _enough(evidence: Evidence) -> Iterator[str]:
    if evidence.acknowledged < evidence.least:
        yield f"{evidence.acknowledged} of at least {evidence.least} messages"


def _used(evidence: Evidence) -> Iterator[str]:
    missing = sorted(sort for sort in evidence.wanted if not evidence.used.get(sort))
    if missing:
        yield f"none of {', '.join(missing)}"


_RULES: dict[Invariant, Callable[[Evidence], Iterator[str]]] = {
    Invariant.ACKNOWLEDGED: _acknowledged,
    Invariant.ONCE: _once,
    Invariant.SENDERS_ORDER: _senders_order,
    Invariant.ONE_ORDER: _one_order,
    Invariant.TAKEN: _taken,
    Invariant.PUT_OUT: _put_out,
    Invariant.WHOLE: _whole,
    Invariant.ALIVE: _alive,
    Invariant.NO_TRACEBACK: _no_traceback,
    Invariant.LEVEL: _level,
    Invariant.RECOVERED: _recovered,
    Invariant.ENOUGH: _enough,
    Invariant.USED: _used,
}
