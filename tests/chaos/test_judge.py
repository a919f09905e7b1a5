"""The judge is content with a run in which all was kept, and finds each promise that was not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.chaos.judge import Invariant, judge
from tests.chaos.records import (
    END,
    Entry,
    Evidence,
    Generation,
    Level,
    Record,
    Recovery,
    Stream,
    What,
)

_S = 1_000_000_000


def _log() -> tuple[Entry, ...]:
    return (
        Entry(1, "created", "alice"),
        Entry(2, "invited", "alice", "bob"),
        Entry(3, "posted", "alice", "alice/1/1"),
        Entry(4, "posted", "bob", "bob/1/1"),
        Entry(5, "kicked", "alice", "bob"),
        Entry(6, "posted", "alice", "alice/1/2"),
        Entry(7, "invited", "alice", "bob"),
        Entry(8, "posted", "alice", "alice/2/1"),
        Entry(9, "posted", "alice", END),
    )


def _reads(entries: tuple[Entry, ...], at: int) -> list[Record]:
    return [
        Record(at, What.EVENT, "vault", entry.seq, entry.text, entry.type, entry.sender)
        for entry in entries
    ]


def _says(what: What, text: str, at: int, seq: int = 0, kind: str = "") -> Record:
    return Record(at, what, "vault", seq, text, kind)


def _whole() -> Evidence:
    """Alice is killed and back; bob is kicked and back, and so is his tablet, which is removed."""
    log = _log()
    reading = Record(1 * _S, What.READING, "vault")
    alice = Stream(
        "alice",
        "alice",
        (
            reading,
            *_reads(log[:2], 1 * _S),
            _says(What.TAKEN, "alice/1/1", 2 * _S),
            _says(What.ACKED, "alice/1/1", 3 * _S, 3),
            Record(4 * _S, What.KICKED, "vault", who="bob"),
            _says(What.TAKEN, "alice/1/2", 5 * _S),
            Record(6 * _S, What.INVITING, "vault", who="bob"),
        ),
    )
    again = Stream(
        "alice",
        "alice",
        (
            _says(What.ACKED, "alice/1/2", 7 * _S, 6),
            _says(What.TAKEN, "alice/2/1", 8 * _S),
            _says(What.ACKED, "alice/2/1", 8 * _S, 8),
            Record(8 * _S, What.READING, "vault"),
            *_reads(log, 9 * _S),
            _says(What.ACKED, END, 9 * _S, 9),
        ),
        lives=True,
    )
    bob = Stream(
        "bob",
        "bob",
        (
            reading,
            _says(What.TAKEN, "bob/1/1", 2 * _S),
            _says(What.ACKED, "bob/1/1", 3 * _S, 4),
            *_reads(log[:4], 3 * _S),
            _says(What.TAKEN, "bob/1/2", 4 * _S),
            _says(What.REFUSED, "bob/1/2", 4 * _S, kind="forbidden"),
            Record(7 * _S, What.READING, "vault"),
            *_reads(log, 9 * _S),
            Record(10 * _S, What.REMOVED, who="tablet1"),
        ),
        lives=True,
    )
    tablet = Stream(
        "tablet1",
        "bob",
        (
            reading,
            *_reads(log[:4], 3 * _S),
            _says(What.TAKEN, "tablet1/1/1", 10 * _S),
            Record(10 * _S, What.OVER, type="forbidden"),
        ),
    )
    return Evidence(
        (alice, again, bob, tablet),
        {"vault": log},
        said={"server": ("server started",)},
        levels=(Level("server", 7, 40, 80), Level("server", 7, 45, 90)),
        recoveries=(Recovery(0, "the start", 1.0), Recovery(1, "kill alice", 2.0)),
        used={"kill client": 1},
        wanted=frozenset(["kill client"]),
        least=4,
    )


def _with_log(evidence: Evidence, *entries: Entry) -> Evidence:
    return replace(evidence, log={"vault": entries})


def _with_records(
    evidence: Evidence, number: int, change: Callable[[list[Record]], list[Record]]
) -> Evidence:
    streams = list(evidence.streams)
    stream = streams[number]
    streams[number] = replace(stream, records=tuple(change(list(stream.records))))
    return replace(evidence, streams=tuple(streams))


def _found(evidence: Evidence) -> set[Invariant]:
    return {finding.invariant for finding in judge(evidence)}


def test_a_run_in_which_all_was_kept() -> None:
    assert judge(_whole()) == []


# ── acknowledged ─────────────────────────────────────────────────────────────────────────────────


def test_what_was_acknowledged_and_is_not_there() -> None:
    log = _log()
    gone = (*log[:7], replace(log[8], seq=8))
    assert Invariant.ACKNOWLEDGED in _found(_with_log(_whole(), *gone))


def test_what_is_at_another_seq_than_was_told() -> None:
    told = _says(What.ACKED, "alice/1/1", 3 * _S, 6)
    wrong = _with_records(_whole(), 0, lambda records: [*records, told])
    assert _found(wrong) == {Invariant.ACKNOWLEDGED}


# ── once, and in the sender's order ──────────────────────────────────────────────────────────────


def _reread(log: tuple[Entry, ...]) -> Evidence:
    """The run, had its log been another: everybody who lives has read that one."""
    evidence = _with_log(_whole(), *log)
    for number in (1, 2):
        evidence = _with_records(
            evidence,
            number,
            lambda records: [
                *(record for record in records if record.what is not What.EVENT),
                *_reads(log, 9 * _S),
            ],
        )
    return evidence


def test_a_message_that_is_there_twice() -> None:
    log = _log()
    twice = (*log[:8], Entry(9, "posted", "alice", "alice/2/1"), Entry(10, "posted", "alice", END))
    assert Invariant.ONCE in _found(_reread(twice))


@pytest.mark.parametrize("first", ["alice/1/4", "alice/2/4"])
def test_a_message_that_overtook_another(first: str) -> None:
    log = _log()
    later = (
        *log[:8],
        Entry(9, "posted", "alice", first.replace("/4", "/9")),
        Entry(10, "posted", "alice", first),
        Entry(11, "posted", "alice", END),
    )
    assert Invariant.SENDERS_ORDER in _found(_reread(later))


def test_what_a_process_left_behind_may_not_come_after_the_next_ones() -> None:
    log = _log()
    late = (*log[:8], Entry(9, "posted", "alice", "alice/1/3"), Entry(10, "posted", "alice", END))
    assert Invariant.SENDERS_ORDER in _found(_reread(late))


# ── one order for all ────────────────────────────────────────────────────────────────────────────


def test_a_hole_in_what_was_read() -> None:
    holed = _with_records(_whole(), 3, lambda records: [*records[:2], *records[3:]])
    assert _found(holed) == {Invariant.ONE_ORDER}


def test_an_event_that_was_read_twice() -> None:
    twice = _with_records(_whole(), 3, lambda records: [*records[:2], *records[1:]])
    assert _found(twice) == {Invariant.ONE_ORDER}


def test_something_else_than_is_in_the_log() -> None:
    other = Record(3 * _S, What.EVENT, "vault", 3, "alice/1/7", "posted", "alice")
    wrong = _with_records(_whole(), 3, lambda records: [*records[:3], other, *records[4:]])
    assert _found(wrong) == {Invariant.ONE_ORDER}


def test_the_end_that_somebody_never_heard() -> None:
    deaf = _with_records(
        _whole(), 2, lambda records: [record for record in records if record.text != END]
    )
    assert _found(deaf) == {Invariant.ONE_ORDER}


# ── the outbox ───────────────────────────────────────────────────────────────────────────────────


def test_what_an_outbox_took_and_nobody_saw_again() -> None:
    taken = _says(What.TAKEN, "alice/1/3", 5 * _S)
    assert _found(_with_records(_whole(), 0, lambda records: [*records, taken])) == {
        Invariant.TAKEN
    }


@pytest.mark.parametrize(("number", "what"), [(0, What.REFUSED), (1, What.REFUSED), (1, What.OVER)])
def test_what_did_not_arrive_and_was_told(number: int, what: What) -> None:
    taken, told = _says(What.TAKEN, "alice/1/3", 5 * _S), _says(what, "alice/1/3", 6 * _S)
    untold = _with_records(_whole(), 0, lambda before: [*before, taken])
    assert _found(_with_records(untold, number, lambda before: [*before, told])) == set()


def test_who_goes_on_was_not_told_by_an_end_before() -> None:
    records = [_says(What.TAKEN, "alice/1/3", 5 * _S), _says(What.OVER, "", 6 * _S)]
    found = _found(_with_records(_whole(), 0, lambda before: [*before, *records]))
    assert found == {Invariant.TAKEN}


# ── put out ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("number", "place"), [(2, 7), (3, 5)])  # the person, and another device
def test_who_was_kicked_and_reads_on(number: int, place: int) -> None:
    on = _reads(_log()[4:6], 5 * _S)
    wrong = _with_records(
        _whole(), number, lambda records: [*records[:place], *on, *records[place:]]
    )
    assert _found(wrong) == {Invariant.PUT_OUT}


def test_who_was_kicked_for_good() -> None:
    log = _log()
    out = (*log[:6], *(replace(entry, seq=entry.seq - 1) for entry in log[7:]))
    assert Invariant.PUT_OUT in _found(_reread(out))


def test_whose_device_was_removed_and_reads_on() -> None:
    after = _says(What.TAKEN, "bob/1/3", 11 * _S)
    log = (*_log()[:8], Entry(9, "posted", "bob", "bob/1/3"), Entry(10, "posted", "alice", END))
    kept = _with_records(_reread(log), 2, lambda records: [*records, after])
    assert Invariant.PUT_OUT not in _found(kept)
    wrong = _with_records(kept, 3, lambda records: [*records, *_reads(log[4:9], 12 * _S)])
    assert Invariant.PUT_OUT in _found(wrong)


# ── a backup in the database's place ─────────────────────────────────────────────────────────────


def _restored(until: int = 20 * _S) -> Evidence:
    """At seq 9 there were two messages more; a backup that ended at 8 took the database's place."""
    former = (*_log()[:8], Entry(9, "posted", "alice", "alice/2/2"))
    evidence = replace(_whole(), replaced=(Generation({"vault": former}, {"vault": 8}, until),))

    def before(records: list[Record]) -> list[Record]:
        end = _reads(_log()[8:], 9 * _S)
        return [
            *(record for record in records if record not in end),
            _says(What.TAKEN, "alice/2/2", 9 * _S),
            _says(What.ACKED, "alice/2/2", 9 * _S, 9),
            *_reads(former[8:], 9 * _S),
            _says(What.NOTICE, "", 21 * _S, 8, "branch-set-aside"),
            *end,
        ]

    return _with_records(evidence, 1, before)


def test_what_a_backup_lacks_may_be_lost() -> None:
    assert judge(_restored()) == []


def test_what_was_acknowledged_after_the_backup_came_back_may_not() -> None:
    assert _found(_restored(until=1 * _S)) == {Invariant.ACKNOWLEDGED}


def test_what_a_backup_has_may_not_be_lost() -> None:
    kept = _restored()
    generation = replace(kept.replaced[0], kept={"vault": 9})
    assert _found(replace(kept, replaced=(generation,))) == {
        Invariant.ACKNOWLEDGED,
        Invariant.ONE_ORDER,
        Invariant.TAKEN,
    }


def test_who_is_not_told_that_the_log_went_back() -> None:
    untold = _with_records(
        _restored(), 1, lambda records: [each for each in records if each.what is not What.NOTICE]
    )
    assert _found(untold) == {Invariant.ONE_ORDER, Invariant.TAKEN}


# ── the processes ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "invariant"),
    [
        ({"verified": "vault 3: other than was written"}, Invariant.WHOLE),
        ({"deaths": ("server (1) ended with 3",)}, Invariant.ALIVE),
        (
            {"said": {"broker": ("at first", "Traceback (most recent call last):", "KeyError")}},
            Invariant.NO_TRACEBACK,
        ),
        ({"levels": (Level("server", 7, 40, 80), Level("server", 7, 70, 80))}, Invariant.LEVEL),
        ({"levels": (Level("server", 7, 40, 80), Level("server", 7, 40, 160))}, Invariant.LEVEL),
        ({"recoveries": (Recovery(1, "kill server", None),)}, Invariant.RECOVERED),
        ({"least": 5}, Invariant.ENOUGH),
        ({"wanted": frozenset(["kill client", "cut"])}, Invariant.USED),
        ({"used": {"kill client": 0}}, Invariant.USED),
    ],
)
def test_processes_that_do_not_behave(change: dict[str, object], invariant: Invariant) -> None:
    assert _found(replace(_whole(), **change)) == {invariant}  # type: ignore[arg-type]


def test_another_process_has_a_level_of_its_own() -> None:
    levels = (Level("server", 7, 40, 80), Level("server", 8, 90, 160))
    assert _found(replace(_whole(), levels=levels)) == set()
