"""What the terminal client knows: rooms, unread counts, what became of one's own messages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.cli.chat.events import ALICE, BOB, CAROL, at, event, into, message, names, room
from zmqchat.cli.chat.model import (
    MOST_ENTRIES,
    Conversation,
    Delivery,
    Place,
    Remark,
    Room,
)
from zmqchat.client import RoomState
from zmqchat.client.naming import Where
from zmqchat.protocol.who import Who


def _talk(*rooms: str) -> Conversation:
    conversation = Conversation(ALICE)
    for name in rooms:
        conversation.open(at(name))
    return conversation


def _seqs(of: Room) -> list[int]:
    return [entry.seq for entry in of.entries if not isinstance(entry, Remark)]


def test_the_first_room_is_looked_at_and_rooms_are_sorted() -> None:
    conversation = _talk("general", "builds")
    assert conversation.shown.name == "general"
    assert names(conversation) == ["builds", "general"]


def test_only_messages_of_others_out_of_sight_are_unread() -> None:
    conversation = _talk("general", "builds")
    conversation.heard(event(1))
    conversation.heard(into("builds", event(1, sender="alice")))
    conversation.heard(into("builds", event(2, kind="joined", member="bob")))
    conversation.heard(into("builds", event(3)))
    assert conversation.rooms[at("general").id].unread == 0
    assert conversation.rooms[at("builds").id].unread == conversation.unread_elsewhere == 1
    conversation.look_at(at("builds").id)
    assert conversation.rooms[at("builds").id].unread == 0
    assert conversation.rooms[at("builds").id].new_from == 3


def test_what_was_there_at_the_start_is_not_unread() -> None:
    conversation = _talk("general", "builds")
    conversation.rooms[at("builds").id].seen_to = 2
    for seq in (1, 2, 3):
        conversation.heard(into("builds", event(seq)))
    assert conversation.rooms[at("builds").id].unread == 1


def test_who_reads_further_back_has_not_seen_what_comes_at_the_end() -> None:
    conversation = _talk("general")
    conversation.heard(event(1))
    shown = conversation.rooms[at("general").id]
    shown.place = Place(0, 0)
    conversation.heard(event(2))
    conversation.settle()
    unread = shown.unread
    shown.place = None
    conversation.settle()
    assert (unread, shown.unread) == (1, 0)


def test_the_mark_of_what_is_new_goes_when_the_room_is_left_or_answered() -> None:
    conversation = _talk("a", "b")
    marks = []
    for act in (
        lambda: conversation.heard(into("b", event(1))),
        lambda: conversation.look_at(at("b").id),
        lambda: conversation.look_at(at("a").id),
        lambda: conversation.heard(into("b", event(2))),
        lambda: conversation.look_at(at("b").id),
        lambda: conversation.say(conversation.open(at("b")), "yes"),
    ):
        act()
        marks.append(conversation.rooms[at("b").id].new_from)
    assert marks == [1, 1, None, 2, 2, None]


def test_the_next_unread_room_is_where_one_is_mentioned() -> None:
    conversation = _talk("a", "b", "c", "d")
    conversation.next_unread()
    assert conversation.shown.name == "a"
    conversation.heard(into("b", event(1)))
    conversation.heard(into("d", event(1, "@Alice?")))
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
    Conversation(ALICE).step(1)


@pytest.mark.parametrize("ack_first", [True, False])
def test_a_message_of_ones_own_is_seen_once_whichever_comes_first(ack_first: bool) -> None:
    conversation = _talk("general")
    said = conversation.say(conversation.open(at("general")), "hello")
    assert conversation.unsent == 1
    if ack_first:
        conversation.sent(conversation.open(at("general")), said, 1)
        assert conversation.shown.outgoing == [said]
        assert said.delivery is Delivery.SENT
    conversation.heard(event(1, "hello", "alice"))
    if not ack_first:
        assert conversation.shown.outgoing == [said]
        conversation.sent(conversation.open(at("general")), said, 1)
    assert conversation.shown.outgoing == []
    assert conversation.unsent == 0
    assert _seqs(conversation.shown) == [1]


def test_a_refused_message_stays_with_the_reason() -> None:
    conversation = _talk("general")
    said = conversation.say(conversation.open(at("general")), "hello")
    conversation.failed(conversation.open(at("general")), said, "no")
    assert conversation.shown.outgoing == []
    assert conversation.shown.entries == [
        Remark("hello", failed=True),
        Remark("(not sent: no)", failed=True),
    ]


def test_remarks_keep_their_place_and_have_one_without_a_room() -> None:
    conversation = Conversation(ALICE)
    conversation.notice("nowhere")
    assert conversation.shown.entries == [Remark("nowhere")]
    conversation.heard(event(1))
    conversation.notice("here")
    conversation.notice("there", at("gone").id)
    conversation.heard(event(2))
    first, *remarks, last = conversation.shown.entries
    assert remarks == [Remark("here"), Remark("there")]
    assert (first, last) == (message(1), message(2))


def test_leaving_the_room_in_sight_looks_at_another() -> None:
    conversation = _talk("a", "b")
    conversation.close(at("a").id)
    assert conversation.shown.name == "b"
    conversation.close(at("b").id)
    assert conversation.current is None
    conversation.close(at("b").id)


def test_what_happens_to_a_message_is_seen_at_it_and_nowhere_else() -> None:
    talk = room(
        event(1, "tpyo"),
        event(2, kind="edited", target=1, text="typo"),
        event(3, kind="reacted", target=1, emoji="👍"),
        event(4, kind="pinned", target=1),
        event(5, "yes", reply_to=1),
    )
    changed = talk.message(1)
    assert changed is not None
    assert (changed.text, changed.edited_at) == ("typo", event(2).sent_at)
    assert (changed.pinned, changed.replies, len(changed.reactions)) == (True, 1, 1)
    assert talk.entries[0] == changed
    assert _seqs(talk) == [1, 4, 5]  # what was pinned is news
    talk.append(event(6, kind="redacted", target=1))
    talk.append(event(7, kind="edited", target=1, text="back again"))
    erased = talk.message(1)
    assert erased is not None
    assert (erased.text, erased.redacted) == (None, True)
    talk.append(event(8, kind="redacted", target=99))
    assert talk.newest == 8


def test_what_a_page_has_in_it_is_not_folded_in_twice() -> None:
    talk = Room(1, "general")
    talk.load([replace(message(1, "typo"), replies=1, as_of=3)])
    for each in (event(1, "tpyo"), event(2, kind="edited", target=1, text="typo")):
        talk.append(each)
    talk.append(event(3, reply_to=1))
    talk.append(event(4, reply_to=1))
    folded = talk.message(1)
    assert folded is not None
    assert (folded.text, folded.replies) == ("typo", 2)


def test_the_last_message_of_somebody_is_the_newest_that_has_a_text() -> None:
    talk = room(event(1), event(2, sender="alice"), event(3), event(4, kind="redacted", target=3))
    last = talk.last_of(BOB.id)
    assert last is not None
    assert last.seq == 1
    assert talk.last_of(CAROL.id) is None


def test_loading_anew_leaves_no_hole() -> None:
    conversation = _talk("general")
    conversation.read_back(conversation.open(at("general")), [message(1), message(2)])
    conversation.notice("stays")
    conversation.shown.load([])
    conversation.heard(event(8))
    assert _seqs(conversation.shown) == [8]
    assert not conversation.shown.whole


def test_reading_back_does_not_move_the_place() -> None:
    conversation = _talk("general")
    conversation.heard(event(5))
    conversation.heard(event(6))
    place = conversation.shown.place = Place(conversation.shown.first, 0)
    page = [message(3), message(4), message(5)]
    conversation.read_back(conversation.open(at("general")), page, whole=True)
    shown = conversation.shown
    assert _seqs(shown) == [3, 4, 5, 6]
    assert shown.entries[place.entry - shown.first] == message(5)
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
    conversation.heard(event(1))
    conversation.findable.update({"builds", "general"})
    assert list(conversation.names_to_complete()) == [
        (name, name) for name in ("@bob", "#builds", "#general")
    ]


@pytest.mark.parametrize("text", ["@alice", "hi @Alice!", "(@alice)", "@alice's", "@room"])
def test_a_mention_counts(text: str) -> None:
    conversation = _talk("a", "b")
    conversation.heard(into("b", event(1, text)))
    assert conversation.rooms[at("b").id].mentioned


@pytest.mark.parametrize("text", ["alice", "@alices", "mail@alice", "`@alice`", "@bob"])
def test_no_mention(text: str) -> None:
    conversation = _talk("a", "b")
    conversation.heard(into("b", event(1, text)))
    assert not conversation.rooms[at("b").id].mentioned


def _state(room: str, **changes: object) -> RoomState:
    state = RoomState(room, 1, 3, 1, 9, level="all", muted=False, room_id=at(room).id)
    return replace(state, **changes)  # type: ignore[arg-type]


def test_the_servers_counts_hold_where_one_does_not_look() -> None:
    conversation = _talk("a", "b", "c")
    states = (_state("a"), _state("b"), _state("c", muted=True), _state("d"))
    conversation.counted({state.room_id: state for state in states})
    rooms = {room.name: room for room in conversation.rooms.values()}
    assert [rooms[name].unread for name in "abc"] == [0, 3, 0]
    assert [rooms[name].mentioned for name in "abc"] == [False, True, True]
    conversation.counted({at("b").id: _state("b", unread=0, mentions=0)})
    assert (rooms["b"].unread, rooms["b"].mentioned) == (0, False)


def test_muted_rooms_and_ignored_people_are_not_counted() -> None:
    conversation = _talk("a", "b")
    conversation.rooms[at("b").id].muted = True
    conversation.heard(into("b", event(1)))
    conversation.ignored = {BOB.id}
    conversation.rooms[at("b").id].muted = False
    conversation.heard(into("b", event(2)))
    assert conversation.rooms[at("b").id].unread == 0


def test_talks_with_people_stand_behind_rooms_and_a_renamed_room_at_its_new_place() -> None:
    conversation = _talk("@bob", "zoo", "general")
    assert names(conversation) == ["general", "zoo", "@bob"]
    conversation.open(Where(at("zoo").id, "attic"))
    assert names(conversation) == ["attic", "general", "@bob"]
    assert [room.label for room in conversation.rooms.values()] == ["#attic", "#general", "@bob"]


def test_rooms_that_are_called_alike_are_two() -> None:
    """For a moment two may be: a room that was renamed, and one that has its name now."""
    conversation = Conversation(ALICE)
    one, other = Where(7, "@ann,ben"), Where(8, "@ann,ben")
    conversation.open(one, [Who(4, "ann"), Who(5, "ben")])
    conversation.open(other, [Who(6, "ann,ben")])
    conversation.heard(replace(event(1, "for two"), room=one.name, room_id=one.id))
    conversation.heard(replace(event(1, "for one"), room=other.name, room_id=other.id))
    conversation.say(conversation.rooms[other.id], "hello stranger")
    texts = {n: [e.text for e in r.entries if e.text] for n, r in conversation.rooms.items()}
    assert texts == {7: ["for two"], 8: ["for one"]}
    assert [room.people for room in conversation.rooms.values()] == [(4, 5), (6,)]
    assert [len(room.outgoing) for room in conversation.rooms.values()] == [0, 1]


def test_a_person_with_another_name_is_the_same_person() -> None:
    conversation = _talk("general", "builds")
    mine = conversation.open(at("builds"))
    conversation.heard(into("builds", event(1, "mine", "alice")))
    conversation.heard(into("builds", event(2)))
    conversation.called_anew(ALICE.id, "alicia", "alice")
    conversation.called_anew(BOB.id, "robert", "bob")
    assert conversation.me == Who(ALICE.id, "alicia")
    last = mine.last_of(conversation.me.id)
    assert last is not None
    assert last.text == "mine"
    assert conversation.name_of(BOB.id, "bob") == "robert"
    assert list(conversation.names_to_complete())[:4] == [
        ("@alice", "@alicia"),
        ("@alicia", "@alicia"),
        ("@bob", "@robert"),
        ("@robert", "@robert"),
    ]
    conversation.heard(into("builds", event(3, "@alicia?", "robert")))
    assert mine.mentioned
