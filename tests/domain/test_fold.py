"""Which facts a batch asks the log for, and what it knows of messages of its own."""

from __future__ import annotations

import pytest

from tests.domain.realms import item, says
from zmqchat.domain.fold import Fold, facts_wanted
from zmqchat.domain.projection import Facts, MessageState, Reaction
from zmqchat.domain.state import StoredEvent
from zmqchat.protocol.events import (
    Body,
    Described,
    Edited,
    Joined,
    Pinned,
    Posted,
    Reacted,
    Redacted,
    Unpinned,
    Unreacted,
)
from zmqchat.protocol.requests import SendItem


@pytest.mark.parametrize(
    ("body", "seqs"),
    [
        (Posted("hi"), []),
        (Posted("what is reply_to?"), []),
        (Posted("yes", reply_to=5), [5]),
        (Edited(5, "x"), [5]),
        (Redacted(5), [5]),
        (Reacted(5, "x"), [5]),
        (Unreacted(5, "x"), [5]),
        (Pinned(5), [1, 5]),  # the first event tells how many pins there are
        (Unpinned(5), [5]),
        (Joined(99, "ann"), []),
        (Described("5"), []),
        *((Redacted(wrong), []) for wrong in (0, -1, 2**63, 2**64 - 1)),
    ],
)
def test_what_is_about_a_message_wants_its_facts(body: Body, seqs: list[int]) -> None:
    assert facts_wanted([item(7, body)]) == {(7, seq) for seq in seqs}


@pytest.mark.parametrize("room", [0, -1, 2**63, 2**64 - 1])
def test_a_room_that_no_database_could_name_is_not_asked_for(room: int) -> None:
    assert facts_wanted([item(room, Redacted(5))]) == set()


@pytest.mark.parametrize("body", [b"", b"\xc1", b"\x81\xa6target\xa1x", b"reply_to"])
@pytest.mark.parametrize("kind", ["posted", "edited", "pinned", "nothing"])
def test_what_cannot_be_decoded_wants_nothing(kind: str, body: bytes) -> None:
    assert facts_wanted([SendItem(b"i" * 16, 7, kind, body), says(7, "hi")]) == set()


def _event(seq: int, kind: str = "posted") -> StoredEvent:
    return StoredEvent(7, seq, kind, 3, "ann", 1, 0, b"", b"", b"", b"", b"", 0)


def test_events_of_the_batch_are_known_as_they_come() -> None:
    events = [_event(4)]
    fold = Fold({(7, 2): Facts("posted", 9, MessageState(7, 2, root=1))}, events)
    assert fold.facts(7, 4) == Facts("posted", 3, MessageState(7, 4))
    assert fold.facts(7, 5) is None
    events.append(_event(5, "joined"))
    assert fold.facts(7, 5) == Facts("joined", 3, MessageState(7, 5))
    assert fold.facts(8, 4) is None
    known = fold.facts(7, 2)
    assert known is not None
    assert known.state.root == 1


def test_what_is_written_is_known_at_once() -> None:
    fold = Fold({(7, 1): Facts("joined", 9, MessageState(7, 1), pins=3)}, [_event(4)])
    state = MessageState(7, 4, pinned_seq=6)
    on, off = (Reaction(7, 4, "x", 3, seq, on) for seq, on in ((5, True), (6, False)))
    fold.write(state, on)
    assert fold.facts(7, 4) == Facts("posted", 3, state, frozenset({(3, "x")}))
    assert (fold.pins(7), fold.pins(8)) == (4, 0)
    fold.write(off, MessageState(7, 4))
    assert fold.facts(7, 4) == Facts("posted", 3, MessageState(7, 4))
    assert fold.pins(7) == 3
    assert fold.rows == [state, on, off, MessageState(7, 4)]
