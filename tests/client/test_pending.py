"""What waits lies over the messages until they have it, whatever comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from tests.client.samples import ALICE, BOB, GENERAL
from zmqchat.client import ChatEvent, ChatMessage, Folding, Pending, Reaction, unsent
from zmqchat.client.messages import posted_of

AT = datetime(2026, 1, 2, tzinfo=UTC)


def message(seq: int = 1, text: str = "hello", as_of: int = 1) -> ChatMessage:
    details = {"text": text}
    posted = ChatEvent(
        "general", seq, "posted", "alice", AT, UUID(int=seq), details, room_id=1, sender_id=1
    )
    return replace(posted_of(posted), as_of=as_of)


def at(event: ChatEvent, seq: int) -> ChatEvent:
    """The event of the log that an unsent one became."""
    return replace(event, seq=seq)


def reaction(emoji: str = "👍", kind: str = "reacted") -> ChatEvent:
    return unsent(GENERAL, BOB, kind, target=1, emoji=emoji)


def test_all_that_waits_lies_over_the_message_in_its_order() -> None:
    pending = Pending({"bob": BOB.id}.get)
    for event in (
        unsent(GENERAL, ALICE, "edited", target=1, text="first"),
        unsent(GENERAL, ALICE, "edited", target=1, text="hi @bob"),
        reaction(),
        reaction("🎉"),
        reaction("🎉", "unreacted"),
        unsent(GENERAL, BOB, "pinned", target=1),
    ):
        pending.add(event)
    over = pending.over(message())
    assert (over.text, over.mentions, over.pinned) == ("hi @bob", (BOB.id,), True)
    assert over.reactions == (Reaction("👍", (BOB,)),)
    assert over.edited_at is not None
    assert pending.over(message(2)) == message(2)
    assert pending.targets == {1}


def test_what_is_refused_leaves_the_message_as_it_was() -> None:
    pending = Pending()
    wrong, right = reaction("👎"), reaction()
    pending.add(wrong)
    pending.add(right)
    assert pending.drop(wrong.id) == wrong
    assert pending.over(message()).reactions == (Reaction("👍", (BOB,)),)
    assert pending.drop(wrong.id) is None
    pending.drop(right.id)
    assert pending.over(message()) == message()
    assert pending.targets == frozenset()


def test_an_erasure_that_waits_is_an_erasure() -> None:
    pending = Pending()
    pending.add(unsent(GENERAL, ALICE, "redacted", target=1))
    over = pending.over(replace(message(), pinned=True, edited_at=AT))
    assert (over.text, over.redacted, over.pinned, over.edited_at) == (None, True, False, None)


@pytest.mark.parametrize("acknowledged_first", [True, False])
def test_it_stays_until_its_event_is_heard(acknowledged_first: bool) -> None:
    pending, folding, event = Pending(), Folding([message()]), reaction()
    pending.add(event)
    if acknowledged_first:
        pending.acknowledged(at(event, 5))
        assert pending.over(folding.messages[1]).reactions
    folding.apply([at(event, 5)])
    assert pending.heard([at(event, 5)]) == {1}
    assert pending.targets == frozenset()
    if not acknowledged_first:
        pending.acknowledged(at(event, 5))
    assert pending.over(folding.messages[1]).reactions == (Reaction("👍", (BOB,)),)


def test_a_page_that_has_it_already_is_not_changed_again() -> None:
    pending, event = Pending(), unsent(GENERAL, ALICE, "edited", target=1, text="mine")
    pending.add(event)
    pending.acknowledged(at(event, 5))
    later = message(text="somebody's, at another device, at 6", as_of=6)
    assert pending.over(later) == later
    assert pending.on(later) == []
    assert pending.over(message()).text == "mine"
    assert pending.heard_to(4) == set()
    assert pending.heard_to(6) == {1}
    assert pending.targets == frozenset()


def test_what_is_done_twice_under_one_id_is_done_once() -> None:
    pending, event = Pending(), reaction()
    pending.add(event)
    pending.add(event)
    assert pending.over(message()).reactions == (Reaction("👍", (BOB,)),)
    pending.drop(event.id)
    assert pending.targets == frozenset()


def test_events_of_others_take_nothing_away() -> None:
    pending, event = Pending(), reaction()
    pending.add(event)
    assert pending.heard([at(reaction("🎉"), 5)]) == set()
    assert pending.targets == {1}


def test_an_unsent_event_has_an_id_that_says_when_it_was_made() -> None:
    before = datetime.now(UTC)
    event = unsent(GENERAL, BOB, "posted", text="x", reply_to=3)
    assert (event.seq, event.type, event.text, event.reply_to) == (0, "posted", "x", 3)
    assert event.id.version == 7
    assert abs((event.sent_at - before).total_seconds()) < 60
