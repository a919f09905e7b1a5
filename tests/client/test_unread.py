"""Unread counts: the server's at a seq, counted on with what was heard behind it."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tests.client.samples import ALICE, BOB, log
from zmqchat.client.unread import Unread
from zmqchat.protocol.codec import decode_body
from zmqchat.protocol.events import Body, Edited, Event, Posted, Redacted
from zmqchat.protocol.rooms import RoomState

TEXTS = ["plain", "hello @alice", "for @room", "`@alice`", "@bob"]


def events(texts: list[str]) -> list[Event]:
    return log(*texts)  # from bob


def server_state(texts: list[str], read: int, seq: int) -> RoomState:
    behind = texts[read:seq]
    naming = sum(text in {"hello @alice", "for @room"} for text in behind)
    return RoomState(1, read, len(behind), naming, seq)


@given(
    st.lists(st.sampled_from(TEXTS), max_size=12),
    st.lists(st.tuples(st.sampled_from(["hear", "fetch", "read"]), st.integers(0, 12))),
)
def test_the_counts_are_the_servers_whenever_it_was_asked(
    texts: list[str], steps: list[tuple[str, int]]
) -> None:
    unread, whole = Unread(), events(texts)
    heard = read = asked = 0
    for step, number in steps:
        if step == "hear":
            unread.heard(1, whole[heard : heard + number], ALICE, ())
            heard = min(len(texts), heard + number)
        elif step == "fetch":  # the answer is older than what was heard, or newer
            asked = min(len(texts), max(read, asked, number))
            unread.known([server_state(texts, read, asked)])
        elif number <= heard:
            read = max(read, number)
            if not unread.read(1, number, max(heard, asked)):
                asked = max(asked, heard)
                unread.known([server_state(texts, read, asked)])
    state = unread.state(1)
    assert state == server_state(texts, read, max(heard, asked))


@given(
    st.lists(
        st.sampled_from(["plain", "@alice", "mine", "edit", "unname", "redact"]),
        min_size=1,
        max_size=12,
    ),
    st.lists(st.tuples(st.sampled_from(["hear", "fetch"]), st.integers(0, 12)), max_size=20),
)
def test_the_counts_are_the_servers_unless_it_is_to_be_asked_again(
    kinds: list[str], steps: list[tuple[str, int]]
) -> None:
    whole = _history(kinds)
    unread, heard, in_doubt = Unread(), 0, False
    for step, number in [*steps, ("hear", len(whole))]:
        if step == "hear":
            some = whole[heard : heard + number]
            heard += len(some)
            in_doubt |= not unread.heard(1, some, ALICE, ())
        else:  # an answer, perhaps from before the newest events that were heard
            is_sure = unread.known([_counted(whole[:number])])
            in_doubt = not is_sure or (in_doubt and number < heard)
    if in_doubt:
        assert unread.known([_counted(whole)])
    assert unread.state(1) == _counted(whole)


def _history(kinds: list[str]) -> list[Event]:
    """A log of bob's messages, his changes of the newest one, and messages of alice's."""
    bodies: list[Body | str] = []
    newest = 0
    for seq, kind in enumerate(kinds, 1):
        if kind in {"plain", "@alice", "mine"} or not newest:
            bodies.append(kind)
            newest = newest if kind == "mine" else seq
        elif kind == "redact":
            bodies.append(Redacted(newest))
        else:
            bodies.append(Edited(newest, "@alice" if kind == "edit" else "nobody"))
    whole = log(*bodies)
    for at, body in enumerate(bodies):
        if body == "mine":
            whole[at] = msgspec.structs.replace(whole[at], sender=ALICE.id, name=ALICE.name)
    return whole


def _counted(events: list[Event]) -> RoomState:
    """What the server counts of a log."""
    texts: dict[int, str] = {}
    read = 0
    for event in events:
        body = decode_body(event.type, event.body)
        if isinstance(body, Posted):
            read = event.seq if event.sender == ALICE.id else read
            texts[event.seq] = body.text
        elif isinstance(body, Edited | Redacted):
            texts[body.target] = body.text if isinstance(body, Edited) else ""
    behind = [text for seq, text in texts.items() if seq > read]
    return RoomState(1, read, len(behind), behind.count("@alice"), len(events))


def test_whoever_writes_has_read() -> None:
    unread = Unread()
    unread.heard(1, events(["one", "@alice", "three"]), ALICE, ())
    assert (unread.state(1).unread, unread.state(1).mentions) == (3, 1)
    unread.heard(1, events(["one", "@alice", "three"])[:3], BOB, ())
    assert (unread.state(1).read, unread.state(1).unread) == (3, 0)


def test_of_people_who_are_ignored_nothing_counts() -> None:
    unread = Unread()
    unread.heard(1, events(["@alice"]), ALICE, {BOB.id})
    assert (unread.state(1).unread, unread.state(1).mentions) == (0, 0)


def test_a_long_tail_is_added_up() -> None:
    unread = Unread()
    for seq in range(0, 5000, 500):
        unread.heard(1, log(*[Posted("x")] * 5000)[seq : seq + 500], ALICE, ())
    assert (unread.state(1).unread, unread.state(1).seq) == (5000, 5000)
