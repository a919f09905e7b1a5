"""Scrolling: every line can be reached, and what is in sight stays while others come and go."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.cli.chat.events import ALICE, event, message, room
from zmqchat.cli.chat.model import Remark, Room
from zmqchat.cli.chat.render import Look, lines_at
from zmqchat.cli.chat.view import scroll, view

_LOOK = Look(ALICE, True, 30)


def _all(of: Room) -> list[str]:
    return [_text(line) for i in range(len(of.entries)) for line in lines_at(of, i, _LOOK)]


def _text(line: object) -> str:
    return "".join(fragment[1] for fragment in line)  # type: ignore[attr-defined]


def _seen(of: Room, height: int) -> list[str]:
    return [_text(line) for line in view(of, _LOOK, height).lines]


_TEXTS = st.lists(st.sampled_from(["a", "long " * 20, "one\ntwo"]), max_size=30)


def _room(texts: list[str]) -> Room:
    made = room(*(event(seq, text) for seq, text in enumerate(texts, 2)))
    made.append(event(len(texts) + 2, kind="edited", target=0, text="nothing to see"))
    made.entries.append(Remark("the end"))
    return made


@given(_TEXTS, st.integers(1, 12), st.lists(st.integers(-15, 15), max_size=20))
def test_a_window_shows_its_part_of_all_lines(texts: list[str], height: int, by: list[int]) -> None:
    talk = _room(texts)
    everything = _all(talk)
    back = 0
    for lines in by:
        scroll(talk, _LOOK, lines)
        seen = _seen(talk, height)
        furthest = max(0, len(everything) - height)
        back = min(max(0, back + lines), furthest)
        end = len(everything) - back
        assert seen == everything[max(0, end - height) : end]
        assert (talk.place is None) == (back == 0)


# From three lines on, something of the message itself is in sight, and not its heading only.
@given(_TEXTS, st.integers(3, 12), st.integers(1, 60), st.integers(0, 20))
def test_what_is_in_sight_stays_whatever_comes(
    texts: list[str], height: int, by: int, older: int
) -> None:
    talk = room(*(event(seq + 100, text) for seq, text in enumerate(texts)))
    scroll(talk, _LOOK, by)
    seen = view(talk, _LOOK, height)
    if talk.place is None:
        return
    last = _text(seen.lines[-1])
    talk.append(event(900, "later"))
    talk.prepend([message(seq, minutes=-9) for seq in range(1, older + 1)])
    again = view(talk, _LOOK, height)
    assert _text(again.lines[-1]) == last
    assert again.below == seen.below + 1
    assert again.above >= seen.above


def test_at_the_end_the_window_follows() -> None:
    talk = _room(["a"])
    talk.append(event(50, "newest"))
    assert _seen(talk, 3)[-1] == "  newest"


def test_a_place_that_is_gone_is_the_end() -> None:
    talk = room(*(event(seq) for seq in range(2, 40)))
    scroll(talk, _LOOK, 5)
    talk.load([])
    talk.append(event(3))
    assert _seen(talk, 1) == ["  message 3"]
    assert talk.place is None


def test_an_empty_room_can_be_scrolled() -> None:
    empty = Room(1, "general")
    scroll(empty, _LOOK, 5)
    scroll(empty, _LOOK, -5)
    assert _seen(empty, 5) == []


def test_only_what_is_in_sight_is_laid_out() -> None:
    """However long the room: a frame reads no entry that is far from the window."""

    class Unread(list[object]):
        touched = 0

        def __getitem__(self, index: object) -> object:  # type: ignore[override]
            self.touched += 1
            return super().__getitem__(index)  # type: ignore[call-overload]

    talk = room(*(event(seq) for seq in range(2, 5_000)))
    talk.entries = counting = Unread(talk.entries)  # type: ignore[assignment]
    view(talk, _LOOK, 40)
    assert counting.touched < 200
