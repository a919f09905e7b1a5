"""Reactions and pins: one of a kind, bounded, and taken back by whoever may."""

from __future__ import annotations

import pytest

from tests.domain.logs import Log, facts_of, fresh, reactions_of, states_of
from tests.domain.realms import NOW, item, peopled, room_of, says, stands
from zmqchat.domain.batch import Actor, Batch
from zmqchat.domain.projection import Facts, MessageState, Reaction
from zmqchat.errors import Code
from zmqchat.protocol.events import Body, Pinned, Reacted, Redacted, Unpinned, Unreacted
from zmqchat.protocol.limits import (
    EMOJI_CHARACTERS,
    PINS_PER_ROOM,
    REACTIONS_PER_MESSAGE,
    REACTIONS_PER_PERSON,
)

_UP = "👍"


def _realm() -> tuple[Log, Actor, Actor, int]:
    """Two people in a room whose event 2 is a message."""
    state, (alice, bob) = peopled("alice", "bob")
    room = room_of(state, alice, "dev").id
    stands(state, room, bob)
    log = Log(state)
    log.send(alice, says(room, "hi"))
    return log, alice, bob, room


def _told(log: Log, who: Actor, room: int, *bodies: Body) -> list[str]:
    """The codes of the refusals; "" for what was accepted."""
    results = log.send(who, *(item(room, body) for body in bodies))
    return [getattr(result, "code", "") for result in results]


@pytest.mark.parametrize("at_once", [False, True])
def test_one_reaction_a_person_and_emoji(at_once: bool) -> None:
    log, alice, bob, room = _realm()
    bodies: list[Body] = [Reacted(2, _UP), Reacted(2, _UP), Reacted(2, "ok"), Unreacted(2, _UP)]
    told = ["", Code.FORBIDDEN, "", ""]
    if at_once:
        assert _told(log, alice, room, *bodies) == told
    else:
        assert [_told(log, alice, room, body)[0] for body in bodies] == told
    assert _told(log, bob, room, Reacted(2, _UP), Unreacted(2, "ok")) == ["", Code.NOT_FOUND]
    assert reactions_of(log.rows)[room, 2] == {(alice.user.id, "ok"), (bob.user.id, _UP)}
    assert log.rows[0] == Reaction(room, 2, _UP, alice.user.id, 3, on=True)
    assert log.events[-1].seq == 6  # what is refused leaves no event


@pytest.mark.parametrize(
    "emoji", ["x", "👩‍👩‍👧‍👦", "🇩🇪", ":tada:", "é", "x" * EMOJI_CHARACTERS, "❤️"]
)
def test_an_emoji_may_be_many_code_points_or_a_word(emoji: str) -> None:
    log, alice, _, room = _realm()
    assert _told(log, alice, room, Reacted(2, emoji), Unreacted(2, emoji)) == ["", ""]


@pytest.mark.parametrize(
    "emoji",
    ["", "a b", "\n", "\x1b[2J", "e\u0301", "x" * (EMOJI_CHARACTERS + 1), "\u00a0", "\u2028",
     "\u200b", "\u202e", "\ufe0f", "👍👍"],
)  # fmt: skip
def test_what_is_no_emoji_is_refused(emoji: str) -> None:
    log, alice, _, room = _realm()
    assert _told(log, alice, room, Reacted(2, emoji)) == [Code.BAD_REQUEST]
    assert log.rows == []


@pytest.mark.parametrize("emoji", ["\u2764", "👍\ufe0f", "1\u20e3"])
def test_another_form_of_an_emoji_is_refused(emoji: str) -> None:
    log, alice, _, room = _realm()
    assert _told(log, alice, room, Reacted(2, emoji)) == [Code.BAD_REQUEST]
    assert _told(log, alice, room, Unreacted(2, emoji)) == [Code.BAD_REQUEST]
    assert log.rows == []


def _with_facts(log: Log, room: int, facts: Facts) -> Batch:
    known = facts_of(log.events, log.rows, [(room, 2)])
    first = Facts("joined", 1, MessageState(room, 1), pins=facts.pins)
    return Batch(log.state, {}, {**known, (room, 1): first, (room, 2): facts}, NOW, fresh)


def test_reactions_of_a_message_are_bounded() -> None:
    log, alice, _, room = _realm()
    full = frozenset((user, "x") for user in range(100, 99 + REACTIONS_PER_MESSAGE))
    work = _with_facts(log, room, Facts("posted", 1, MessageState(room, 2), full))
    bodies: list[Body] = [Reacted(2, "a"), Reacted(2, "b"), Unreacted(2, "a"), Reacted(2, "b")]
    results = work.sends(alice, [item(room, body) for body in bodies])
    told = [getattr(result, "code", "") for result in results]
    assert told == ["", Code.TOO_LARGE, "", ""]


def test_one_person_puts_a_few_reactions_on_a_message_and_others_theirs() -> None:
    """Every decision about a message looks at its reactions: one person must not pile them up."""
    log, alice, bob, room = _realm()
    words = [f"w{number}" for number in range(REACTIONS_PER_PERSON)]
    assert _told(log, alice, room, *(Reacted(2, word) for word in words)) == [""] * len(words)
    assert _told(log, alice, room, Reacted(2, "more")) == [Code.TOO_LARGE]
    assert _told(log, bob, room, Reacted(2, "more")) == [""]
    assert _told(log, alice, room, Unreacted(2, "w0"), Reacted(2, "more")) == ["", ""]


def test_pins_of_a_room_are_bounded_also_for_what_is_posted_in_the_same_batch() -> None:
    log, alice, _, room = _realm()
    facts = Facts("posted", 1, MessageState(room, 2), pins=PINS_PER_ROOM - 1)
    work = _with_facts(log, room, facts)
    items = [says(room, "new"), item(room, Pinned(3)), item(room, Pinned(2))]
    items += [item(room, Unpinned(3)), item(room, Pinned(2))]
    told = [getattr(result, "code", "") for result in work.sends(alice, items)]
    assert told == ["", "", Code.TOO_LARGE, "", ""]


@pytest.mark.parametrize("at_once", [False, True])
def test_a_message_is_pinned_once_and_by_any_member(at_once: bool) -> None:
    log, alice, bob, room = _realm()
    bodies: list[Body] = [Unpinned(2), Pinned(2), Pinned(2), Unpinned(2), Pinned(2)]
    told = [Code.FORBIDDEN, "", Code.FORBIDDEN, "", ""]
    if at_once:
        assert _told(log, bob, room, *bodies) == told
    else:
        assert [_told(log, bob, room, body)[0] for body in bodies] == told
    assert states_of(log.rows)[room, 2].pinned_seq == log.events[-1].seq
    assert _told(log, alice, room, Unpinned(2)) == [""]


def test_an_erased_pin_makes_room_for_another() -> None:
    log, alice, _, room = _realm()
    state = MessageState(room, 2, pinned_seq=9)
    work = _with_facts(log, room, Facts("posted", alice.user.id, state, pins=PINS_PER_ROOM))
    items = [says(room, "new"), item(room, Pinned(3)), item(room, Redacted(2))]
    items.append(item(room, Pinned(3)))
    told = [getattr(result, "code", "") for result in work.sends(alice, items)]
    assert told == ["", Code.TOO_LARGE, "", ""]
