"""What is selected of several messages, and the text that comes of it, without a window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QObject, QPoint
from zmqchat_gui.bridge.updates import Arrived
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.selection import MOST_RENDERED, Cited, Selection, transcript
from zmqchat_gui.viewmodels.timeline import TimelineModel

from tests.gui.fakes import FakeGateway, at, entries, event, loaded, page, who
from zmqchat.client import ChatEvent

WHOLE = 2**31 - 1


class Shelf(QObject):
    """Messages of one block each, oldest first."""

    newest_first = False

    def __init__(self, *texts: str) -> None:
        super().__init__()
        self.texts = dict(zip("abcdef", texts, strict=False))

    def rowCount(self) -> int:  # noqa: N802 - as Qt calls it
        return len(self.texts)

    def rowOf(self, key: str) -> int:  # noqa: N802
        return list(self.texts).index(key) if key in self.texts else -1

    def keyAt(self, row: int) -> str:  # noqa: N802 - as QML calls it
        return list(self.texts)[row]

    def cited(self, row: int, typed: bool = False) -> Cited:
        key = self.keyAt(row)
        blocks = [{"type": "text", "html": html} for html in self.texts[key].split("|")]
        return Cited(blocks, "Monday", key.upper(), "9:00")


def selection(*texts: str) -> Selection:
    shelf = Shelf(*texts)
    return Selection(shelf, shelf)


def test_nothing_is_selected_by_a_click() -> None:
    one = selection("hello")
    one.press("a", 0, 3, 1, extend=False)
    assert one.empty
    assert one.text() == ""
    assert not one.covers(0)


def test_characters_forwards_and_backwards() -> None:
    one = selection("hello world")
    one.press("a", 0, 3, 1, extend=False)
    one.drag("a", 0, 7)
    assert one.text() == "lo w"
    one.drag("a", 0, 0)
    assert one.text() == "hel"
    assert one.part(0, 0, "hello world") == QPoint(0, 3)


def test_over_messages_and_blocks() -> None:
    one = selection("first|block", "second", "third")
    one.press("a", 1, 2, 1, extend=False)
    one.drag("c", 0, 3)
    assert one.text() == "A  9:00\nock\n\nB  9:00\nsecond\n\nC  9:00\nthi"
    parts = [one.part(0, 0, "first"), one.part(0, 1, "block"), one.part(1, 0, "second")]
    assert parts == [QPoint(), QPoint(2, 5), QPoint(0, 6)]
    assert [one.covers(row) for row in range(3)] == [True, True, True]


def test_a_message_that_is_only_touched_has_no_name_in_the_copy() -> None:
    one = selection("first", "second")
    one.press("a", 0, 1, 1, extend=False)
    one.drag("b", 0, 0)
    assert one.text() == "irst"


def test_a_double_click_and_a_drag_select_by_words() -> None:
    one = selection("one two three", "four five six")
    one.press("a", 0, 5, 2, extend=False)
    assert one.text() == "two"
    one.drag("b", 0, 6)
    assert one.text() == "A  9:00\ntwo three\n\nB  9:00\nfour five"
    one.drag("a", 0, 1)
    assert one.text() == "one two"


def test_three_clicks_are_a_paragraph_and_four_a_message() -> None:
    one = selection("<p>one</p><p>two</p>|more")
    one.press("a", 0, 5, 3, extend=False)
    assert one.text() == "two"
    one.press("a", 0, 5, 4, extend=False)
    assert one.text() == "one\ntwo\nmore"


def test_shift_extends_from_where_it_began() -> None:
    one = selection("hello", "world")
    one.press("b", 0, 2, 1, extend=False)
    one.press("a", 0, 4, 1, extend=True)
    assert one.text() == "A  9:00\no\n\nB  9:00\nwo"
    one.press("b", 0, 4, 1, extend=True)
    assert one.text() == "rl"


def test_keys_take_whole_messages() -> None:
    one = selection("a", "b", "c")
    one.extend(1, 0)
    assert [one.covers(row) for row in range(3)] == [True, True, False]
    one.extend(0, 2)
    assert [one.covers(row) for row in range(3)] == [False, True, True]
    one.selectAll()
    assert [one.covers(row) for row in range(3)] == [True, True, True]
    one.clear()
    assert one.empty


def test_a_table_is_selected_by_cells_or_as_a_whole() -> None:
    html = "<table><tr><td>one</td><td>two</td></tr></table>"
    one = selection(html)
    one.press("a", 0, 1, 1, extend=False)
    one.drag("a", 0, 3)
    assert one.text() == "on"
    one.drag("a", 0, 6)
    assert one.text() == "one\ttwo"


def test_it_is_gone_with_the_message_that_it_began_in() -> None:
    shelf = Shelf("a", "b")
    one = Selection(shelf, shelf)
    one.selectAll()
    del shelf.texts["b"]
    told = []
    one.changed.connect(lambda: told.append(one.empty))
    one.follow()
    assert told == [True]


def test_days_are_told_where_there_are_several() -> None:
    def cited(name: str, day: str, headed: bool = True) -> Cited:
        return Cited([], day, name, "9:00" if name else "", headed)

    parts = [
        (cited("Ada", "Monday"), "one"),
        (cited("Ada", "Monday", headed=False), "two"),
        (cited("", "Tuesday"), "Bo joined"),
        (cited("Bo", "Tuesday"), ""),
        (cited("Bo", "Tuesday"), "three"),
    ]
    assert transcript(parts[:2]) == "Ada  9:00\none\ntwo"
    assert transcript(parts) == (
        "— Monday —\n\nAda  9:00\none\ntwo\n\n— Tuesday —\n\nBo joined\n\nBo  9:00\nthree"
    )


# ── in a timeline ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def timeline(gateway: FakeGateway) -> TimelineModel:
    return TimelineModel(at("general"), gateway, Persons(who("maja")))


def load(timeline: TimelineModel, *events: ChatEvent) -> None:
    timeline.load(loaded(entries(*events), whole=False))


def copied(timeline: TimelineModel) -> str:
    return timeline.selection.text().replace("\u202f", " ")


def test_several_messages_are_copied_under_names_and_times(timeline: TimelineModel) -> None:
    joined = event(3, type="joined", member="bo", sender="bo")
    load(timeline, event(1, "**a**"), event(2, "- b\n- c"), joined, event(4, "d", "bo"))
    timeline.selection.selectAll()
    assert copied(timeline) == "ada  9:01 AM\na\n• b\n• c\n\nbo joined\n\nbo  9:04 AM\nd"


def test_deleted_messages_say_so(timeline: TimelineModel) -> None:
    load(timeline, event(1, "a"), event(2, "b", "bo"))
    timeline.hear(Arrived(at("general").id, [event(3, type="redacted", target=2)]))
    timeline.selection.selectAll()
    assert copied(timeline).endswith("bo  9:02 AM\nThis message was deleted.")


def test_it_stays_with_its_messages(timeline: TimelineModel, gateway: FakeGateway) -> None:
    load(timeline, *(event(seq, f"message {seq}") for seq in (11, 12, 13)))
    chosen = timeline.selection
    chosen.press("s11", 0, 8, 1, extend=False)
    chosen.drag("s12", 0, 7)
    before = copied(timeline)
    timeline.hear(Arrived(at("general").id, [event(14, "new"), event(15, "new")]))
    timeline.loadOlder()
    gateway.answer(page(entries(event(9, "old"), event(10, "old")), whole=True))
    assert before == copied(timeline) == "ada  9:11 AM\n11\nmessage"
    assert [chosen.covers(row) for row in range(timeline.rowCount())] == [
        *[False] * 3,
        *[True] * 2,
        *[False] * 2,
    ]


def test_it_stays_with_ones_own_message_while_that_is_sent(
    timeline: TimelineModel, gateway: FakeGateway
) -> None:
    load(timeline, event(1, "a"))
    timeline.post("mine", 0)
    timeline.post("mine too", 0)
    sent = gateway.sent[1]
    key = sent.id.hex
    timeline.selection.press(key, 0, 0, 4, extend=False)
    timeline.hear(Arrived(at("general").id, [event(2, "x"), replace(sent, seq=3)]))
    assert copied(timeline) == "mine too"
    assert timeline.selection.covers(timeline.rowOf(key))


def test_it_is_gone_with_another_page(timeline: TimelineModel) -> None:
    load(timeline, event(1, "a"), event(2, "b"))
    timeline.selection.selectAll()
    load(timeline, event(1, "a"), event(2, "b"), event(3, "c"))
    assert timeline.selection.covers(1)
    assert not timeline.selection.covers(0)
    load(timeline, event(50, "z"))
    assert timeline.selection.empty


def test_an_edit_may_make_it_shorter(timeline: TimelineModel) -> None:
    load(timeline, event(1, "a long text"))
    timeline.selection.press("s1", 0, 2, 1, extend=False)
    timeline.selection.drag("s1", 0, 11)
    timeline.hear(Arrived(at("general").id, [event(2, "short", type="edited", target=1)]))
    assert copied(timeline) == "ort"
    assert timeline.selection.part(0, 0, "short") == QPoint(2, 5)


def test_of_very_many_messages_the_text_is_copied_as_typed(timeline: TimelineModel) -> None:
    load(timeline, *(event(seq, f"**{seq}**") for seq in range(1, MOST_RENDERED + 3)))
    timeline.selection.selectAll()
    lines = copied(timeline).splitlines()
    assert "**2**" in lines
    assert sum(line.startswith("**") for line in lines) == MOST_RENDERED + 2
