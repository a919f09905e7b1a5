"""What the terminal client knows: rooms, unread counts, what became of one's own messages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.chat.events import event, room
from zmqchat.cli.chat.model import (
    MOST_ENTRIES,
    Conversation,
    Delivery,
    Place,
    Remark,
    Room,
    mentions,
)
from zmqchat.client import ChatEvent


def _talk(*rooms: str) -> Conversation:
    conversation = Conversation("alice")
    for name in rooms:
        conversation.open(name)
    return conversation


def _seqs(of: Room) -> list[int]:
    return [entry.seq for entry in of.entries if isinstance(entry, ChatEvent)]


def test_the_first_room_is_looked_at_and_rooms_are_sorted() -> None:
    conversation = _talk("general", "builds")
    assert conversation.shown.name == "general"
    assert list(conversation.rooms) == ["builds", "general"]


def test_only_messages_of_others_out_of_sight_are_unread() -> None:
    conversation = _talk("general", "builds")
    conversation.heard("general", event(1))
    conversation.heard("builds", event(1, sender="alice"))
    conversation.heard("builds", event(2, kind="joined", member="bob"))
    conversation.heard("builds", event(3))
    assert conversation.rooms["general"].unread == 0
    assert conversation.rooms["builds"].unread == conversation.unread_elsewhere == 1
    conversation.look_at("builds")
    assert conversation.rooms["builds"].unread == 0
    assert conversation.rooms["builds"].new_from == 3


def test_what_was_there_at_the_start_is_not_unread() -> None:
    conversation = _talk("general", "builds")
    conversation.rooms["builds"].seen_to = 2
    for seq in (1, 2, 3):
        conversation.heard("builds", event(seq))
    assert conversation.rooms["builds"].unread == 1


def test_who_reads_further_back_has_not_seen_what_comes_at_the_end() -> None:
    conversation = _talk("general")
    conversation.heard("general", event(1))
    shown = conversation.rooms["general"]
    shown.place = Place(0, 0)
    conversation.heard("general", event(2))
    conversation.settle()
    unread = shown.unread
    shown.place = None
    conversation.settle()
    assert (unread, shown.unread) == (1, 0)


def test_the_mark_of_what_is_new_goes_when_the_room_is_left_or_answered() -> None:
    conversation = _talk("a", "b")
    marks = []
    for act in (
        lambda: conversation.heard("b", event(1)),
        lambda: conversation.look_at("b"),
        lambda: conversation.look_at("a"),
        lambda: conversation.heard("b", event(2)),
        lambda: conversation.look_at("b"),
        lambda: conversation.say("b", "yes"),
    ):
        act()
        marks.append(conversation.rooms["b"].new_from)
    assert marks == [1, 1, None, 2, 2, None]


def test_the_next_unread_room_is_where_one_is_mentioned() -> None:
    conversation = _talk("a", "b", "c", "d")
    conversation.next_unread()
    assert conversation.shown.name == "a"
    conversation.heard("b", event(1))
    conversation.heard("d", event(1, "@Alice?"))
    conversation.next_unread()
    assert conversation.shown.name == "d"
    conversation.next_unread()
    assert conversation.shown.name == "b"


def test_steps_go_around() -> None:
    conversation = _talk("a", "b")
    conversation.step(-1)
    assert conversation.shown.name == "b"
    conversation.step(1)
    assert conversation.shown.name == "a"
    Conversation("alice").step(1)


@pytest.mark.parametrize("ack_first", [True, False])
def test_a_message_of_ones_own_is_seen_once_whichever_comes_first(ack_first: bool) -> None:
    conversation = _talk("general")
    message = conversation.say("general", "hello")
    assert conversation.unsent == 1
    if ack_first:
        conversation.sent("general", message, 1)
        assert conversation.shown.outgoing == [message]
        assert message.delivery is Delivery.SENT
    conversation.heard("general", event(1, "hello", "alice"))
    if not ack_first:
        assert conversation.shown.outgoing == [message]
        conversation.sent("general", message, 1)
    assert conversation.shown.outgoing == []
    assert conversation.unsent == 0
    assert _seqs(conversation.shown) == [1]


def test_a_refused_message_stays_with_the_reason() -> None:
    conversation = _talk("general")
    message = conversation.say("general", "hello")
    conversation.failed("general", message, "no")
    assert conversation.shown.outgoing == []
    assert conversation.shown.entries == [
        Remark("hello", failed=True),
        Remark("(not sent: no)", failed=True),
    ]


def test_remarks_keep_their_place_and_have_one_without_a_room() -> None:
    conversation = Conversation("alice")
    conversation.notice("nowhere")
    assert conversation.shown.entries == [Remark("nowhere")]
    conversation.heard("general", event(1))
    conversation.notice("here")
    conversation.notice("there", "gone")
    conversation.heard("general", event(2))
    first, *remarks, last = conversation.shown.entries
    assert remarks == [Remark("here"), Remark("there")]
    assert (first, last) == (event(1), event(2))


def test_leaving_the_room_in_sight_looks_at_another() -> None:
    conversation = _talk("a", "b")
    conversation.close("a")
    assert conversation.shown.name == "b"
    conversation.close("b")
    assert conversation.current is None
    conversation.close("b")


def test_an_edit_and_a_removal_change_the_message_that_is_loaded() -> None:
    edited = room(event(1, "tpyo"), event(2, kind="edited", target=1, text="typo"))
    message = edited.message(1)
    assert message is not None
    assert (message.text, message.edited_at) == ("typo", event(2).sent_at)
    edited.append(event(3, kind="redacted", target=1))
    edited.append(event(4, kind="edited", target=1, text="back again"))
    message = edited.message(1)
    assert message is not None
    assert (message.text, message.redacted) == (None, True)
    edited.append(event(5, kind="redacted", target=99))


def test_a_server_that_went_back_replaces_what_follows() -> None:
    conversation = _talk("general")
    for seq in (1, 2, 3):
        conversation.heard("general", event(seq))
    conversation.notice("set aside")
    conversation.heard("general", event(2, "other"))
    assert _seqs(conversation.shown) == [1, 2]
    assert Remark("set aside") in conversation.shown.entries


def test_loading_anew_leaves_no_hole() -> None:
    conversation = _talk("general")
    conversation.read_back("general", [event(1), event(2)])
    conversation.shown.clear()
    conversation.heard("general", event(8))
    assert _seqs(conversation.shown) == [8]
    assert not conversation.shown.whole


def test_reading_back_does_not_move_the_place() -> None:
    conversation = _talk("general")
    conversation.heard("general", event(5))
    conversation.heard("general", event(6))
    place = conversation.shown.place = Place(conversation.shown.first, 0)
    conversation.read_back("general", [event(3), event(4), event(5)], whole=True)
    shown = conversation.shown
    assert _seqs(shown) == [3, 4, 5, 6]
    assert shown.entries[place.entry - shown.first] == event(5)
    assert shown.whole


def test_the_oldest_go_only_while_nobody_reads_them() -> None:
    full = room(*(event(seq) for seq in range(1, MOST_ENTRIES + 1)))
    assert full.whole
    full.append(event(MOST_ENTRIES + 1))
    assert (full.oldest, full.first, full.whole) == (2, 1, False)
    full.place = Place(3, 0)
    full.append(event(MOST_ENTRIES + 2))
    assert (full.oldest, len(full.entries)) == (2, MOST_ENTRIES + 1)


def test_completion_knows_people_and_rooms() -> None:
    conversation = _talk("general")
    conversation.heard("general", event(1))
    conversation.findable.update({"builds", "general"})
    assert list(conversation.names_to_complete()) == ["@bob", "#builds", "#general"]


@pytest.mark.parametrize("text", ["@alice", "hi @Alice!", "(@alice)", "@alice's"])
def test_a_mention(text: str) -> None:
    assert mentions(text, "alice")


@pytest.mark.parametrize("text", ["alice", "@alices", "mail@alice", "@al.ce", ""])
def test_no_mention(text: str) -> None:
    assert not mentions(text, "alice")
    assert not mentions(text, "")


@given(st.lists(st.integers(1, 30), max_size=60))
def test_events_stay_in_order_whatever_the_server_does(seqs: list[int]) -> None:
    heard = room(*(event(seq) for seq in seqs))
    kept = _seqs(heard)
    assert kept == sorted(set(kept))
    assert kept[-1:] == seqs[-1:]
