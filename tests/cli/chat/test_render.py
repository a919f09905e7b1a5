"""Entries as lines: headings, days, what is new, hostile text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.formatted_text import fragment_list_width

from tests.cli.chat.events import ALICE, BOB, event, room
from zmqchat.cli.chat.model import Conversation, Delivery, Outgoing, Remark, Room
from zmqchat.cli.chat.render import Look, lines_at, sender_style
from zmqchat.client import ChatEvent
from zmqchat.client.messages import posted_of

_DAY = 24 * 60


def _look(width: int = 39, *, live: bool = True) -> Look:
    return Look(ALICE, live, width)


def _text(of: Room, look: Look | None = None) -> list[str]:
    count = len(of.entries) + len(of.outgoing)
    lines = [line for i in range(count) for line in lines_at(of, i, look or _look())]
    return ["".join(fragment[1] for fragment in line).rstrip() for line in lines]


def _styles(of: Room, index: int) -> set[str]:
    return {fragment[0] for line in lines_at(of, index, _look()) for fragment in line}


def _later(*events: object) -> list[str]:
    """Lines without the first day's."""
    return _text(room(*events))[1:]  # type: ignore[arg-type]


def test_a_heading_stands_over_messages_that_follow_each_other() -> None:
    lines = _later(
        event(2), event(3, minutes=1), event(4, sender="alice", minutes=1), event(5, minutes=9)
    )
    heads = [line.split("  ")[0] for line in lines if not line.startswith(" ")]
    assert heads == ["bob", "alice", "bob"]
    assert [line for line in lines if line.startswith(" ")] == [
        f"  message {n}" for n in range(2, 6)
    ]


def test_a_new_day_is_announced_once_also_behind_a_remark() -> None:
    talk = room(event(2), event(3, minutes=1))
    talk.entries.append(Remark("a remark"))
    talk.append(event(4, minutes=_DAY))
    talk.append(event(5, minutes=_DAY + 1))
    days = [line for line in _text(talk) if "March 2026" in line]
    assert [day.strip("─ ").split(",")[0] for day in days] == ["Wednesday", "Thursday"]


def test_a_whole_room_shows_its_beginning() -> None:
    assert _text(room(event(1)))[0] == "The room begins here."
    assert "begins" not in _text(room(event(2)))[0]


def test_what_is_new_is_marked_and_gets_a_heading() -> None:
    talk = room(event(2), event(3))
    talk.new_from = 3
    assert [line.strip("─ ")[:3] for line in _text(talk)[-3:]] == ["new", "bob", "mes"]


def test_membership_is_told_in_a_sentence() -> None:
    assert _later(event(2, kind="joined", member="carol"))[0].endswith("* carol joined")


def test_answers_quote_what_they_answer() -> None:
    assert "  ↳ 2 bob: why?" in _later(event(2, "why?"), event(3, "because", reply_to=2))
    assert "  ↳ 2 message" in _later(event(3, "because", reply_to=2))


def test_removed_and_edited_messages_say_so() -> None:
    lines = _later(event(2, "a"), event(3, kind="edited", target=2, text="b"))
    assert lines[-2:] == ["  b", "  (edited)"]
    lines = _later(event(2, "a"), event(3, kind="redacted", target=2))
    assert lines[-1] == "  (removed)"


def test_what_a_message_got_stands_below_it() -> None:
    talk = room(
        event(2, "a"),
        event(3, kind="reacted", target=2, emoji="👍"),
        event(4, kind="reacted", target=2, emoji="👍", sender="alice"),
        event(5, kind="pinned", target=2),
        event(6, "b", reply_to=2),
    )
    assert "  (pinned)  👍 2  1 reply: /thread 2" in _text(talk)
    assert "class:reaction.mine" in _styles(talk, 0)


def test_messages_have_their_numbers_where_there_is_room() -> None:
    wide = _text(room(event(2, "x" * 90)), _look(60))
    assert [line[-1] for line in wide[-2:]] == ["2", "x"]
    assert all(len(line) < 60 for line in wide[-2:])
    assert _text(room(event(2)), _look(39))[-1] == "  message 2"


def test_what_ignored_people_write_is_not_shown() -> None:
    talk = room(event(2), event(3, sender="carol"))
    shown = _text(talk, Look(ALICE, True, 39, {BOB.id}))
    assert [line for line in shown if "message" in line] == ["  message 3"]


def test_a_message_under_way_says_what_it_waits_for_only_without_a_server() -> None:
    talk = room(event(2))
    talk.outgoing.append(Outgoing("hello"))
    assert _text(talk)[-2:] == ["alice", "  hello"]
    assert _text(talk, _look(live=False))[-1] == "  (waits for the server)"
    talk.outgoing[0].delivery = Delivery.SENT
    assert _text(talk, _look(live=False))[-1] == "  hello"


def test_who_is_spoken_to_sees_it() -> None:
    conversation = Conversation(ALICE)
    conversation.heard(event(2, "@alice!"))
    conversation.heard(event(3, "@carol!"))
    talk = conversation.shown
    assert "class:mention" in _styles(talk, 0)
    assert "class:mention" not in _styles(talk, 1)


def test_refusals_and_remarks_have_their_styles() -> None:
    talk = room()
    talk.entries += [Remark("a"), Remark("b", failed=True)]
    assert "class:notice" in _styles(talk, 0)
    assert "class:failed" in _styles(talk, 1)


def test_a_person_has_one_colour_and_oneself_another() -> None:
    assert sender_style(2, 1) == sender_style(2, 3) != "class:me"
    assert sender_style(1, 1) == "class:me"


def test_a_message_stands_under_what_its_sender_is_called_now() -> None:
    look = Look(ALICE, True, 39, called={BOB.id: "robert"}.get)
    talk = room(event(2, "why?"), event(3, "because", reply_to=2, minutes=1))
    lines = _text(talk, look)
    assert lines[1].startswith("robert  ")
    assert "  ↳ 2 robert: why?" in lines


@pytest.mark.parametrize("hostile", ["\x1b[2J\x1b]0;title\x07", "\u202e", "a\rb\x9b31m\x00"])
def test_nothing_of_others_drives_the_terminal(hostile: str) -> None:
    talk = room(
        event(2, hostile + "text", sender="bob" + hostile),
        event(3, "b", reply_to=2),
        event(4, kind="described", text=hostile),
    )
    shown = "".join(_text(talk))
    assert not {"\x1b", "\r", "\x9b", "\x00", "\x07", "\u202e"} & set(shown)


_SAID = st.builds(
    event,
    seq=st.integers(1, 9),
    text=st.text(max_size=60),
    sender=st.text(min_size=1, max_size=40),
    reply_to=st.none() | st.integers(1, 9),
)


@given(st.lists(_SAID | st.builds(Remark, st.text(max_size=40)), max_size=4), st.integers(2, 50))
def test_no_line_is_wider_than_the_window(entries: list[object], width: int) -> None:
    talk = Room(1, "general", whole=True, new_from=3)
    for entry in entries:
        is_event = isinstance(entry, ChatEvent)
        talk.entries.append(posted_of(entry) if is_event else entry)  # type: ignore[arg-type]
    talk.outgoing.append(Outgoing("mine"))
    for index in range(len(entries) + 1):
        for line in lines_at(talk, index, _look(width, live=False)):
            assert fragment_list_width(line) <= width
