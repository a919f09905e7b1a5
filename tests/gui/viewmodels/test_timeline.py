"""A timeline without a window: what comes, what is sent, what is read back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex
from pytestqt.modeltest import ModelTester
from zmqchat_gui.bridge.updates import Arrived
from zmqchat_gui.viewmodels import timeline as module
from zmqchat_gui.viewmodels.messagerows import Rights
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.timeline import TimelineModel

from tests.gui.fakes import Changes, FakeGateway, at, entries, event, loaded, page, rows, who
from zmqchat.client import ChatMessage, Reaction, TimelinePage
from zmqchat.errors import ChatError, Code


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def timeline(gateway: FakeGateway, qtmodeltester: ModelTester) -> TimelineModel:
    model = TimelineModel(at("general"), gateway, Persons(who("maja")))
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    return model


def load(timeline: TimelineModel, *seqs: int, whole: bool = False) -> None:
    page = entries(*(event(seq, f"m{seq}") for seq in seqs))
    timeline.load(loaded(page, whole=whole))


def test_the_newest_is_row_0(timeline: TimelineModel) -> None:
    load(timeline, 1, 2, 3)
    assert rows(timeline, "plain") == ["m3", "m2", "m1"]
    assert rows(timeline, "key") == ["s3", "s2", "s1"]


def test_what_comes_is_one_insertion_at_row_0(timeline: TimelineModel) -> None:
    load(timeline, 1)
    changes = Changes(timeline)
    timeline.hear(Arrived(at("general").id, [event(2, "m2"), event(3, "m3")]))
    assert changes.seen == [("insert", 0, 1)]
    assert rows(timeline, "plain") == ["m3", "m2", "m1"]


def test_an_older_page_is_inserted_at_the_end(
    timeline: TimelineModel, gateway: FakeGateway
) -> None:
    load(timeline, 11, 12)
    assert timeline.canFetchMore(QModelIndex())
    timeline.fetchMore(QModelIndex())
    assert timeline.loading
    assert not timeline.canFetchMore(QModelIndex())
    changes = Changes(timeline)
    gateway.answer(page(entries(event(9, "m9"), event(10, "m10")), whole=True))
    assert changes.seen == [("insert", 2, 3), ("change", 1, 1)]
    assert rows(timeline, "plain") == ["m12", "m11", "m10", "m9"]
    assert timeline.whole
    assert not timeline.canFetchMore(QModelIndex())


def test_nothing_is_asked_again_after_an_error_until_the_server_answers(
    timeline: TimelineModel, gateway: FakeGateway
) -> None:
    load(timeline, 11)
    said: list[str] = []
    timeline.failed.connect(said.append)
    timeline.loadOlder()
    gateway.answer(ChatError(Code.UNREACHABLE, "gone"))
    assert said == ["gone"]
    assert not timeline.canFetchMore(QModelIndex())
    timeline.online()
    assert timeline.canFetchMore(QModelIndex())


def test_an_edit_and_a_redaction_change_their_row(timeline: TimelineModel) -> None:
    load(timeline, 1, 2)
    edit = event(3, "better", type="edited", target=1)
    timeline.hear(Arrived(at("general").id, [edit, event(4, type="redacted", target=2)]))
    assert rows(timeline, "seq", "plain", "edited", "redacted") == [
        (2, "", False, True),
        (1, "better", True, False),
    ]


def test_an_edit_in_the_batch_of_its_message_counts(timeline: TimelineModel) -> None:
    load(timeline, 1)
    edit = event(3, "better", type="edited", target=2)
    timeline.hear(Arrived(at("general").id, [event(2, "worse"), edit]))
    assert rows(timeline, "plain")[0] == "better"


def test_a_log_that_went_back_takes_its_rows_with_it(timeline: TimelineModel) -> None:
    load(timeline, 1, 2, 3)
    timeline.hear(Arrived(at("general").id, [event(2, "other")]))
    assert rows(timeline, "plain") == ["other", "m1"]


def test_messages_of_one_sender_are_grouped(timeline: TimelineModel) -> None:
    page = entries(
        event(1, "a"),
        event(2, "b"),
        event(3, "c", "bo"),
        event(4, "d", "bo", minute=30),
        event(5, "e", "bo", minute=31, reply_to=1),
    )
    timeline.load(loaded(page, whole=True))
    assert rows(timeline, "continued") == [False, False, False, True, False]
    assert rows(timeline, "replySender", "replyText")[0] == ("ada", "a")


def test_a_day_begins_above_its_first_row(timeline: TimelineModel) -> None:
    page = entries(event(1, "a"), event(2, "b"), event(3, "c", minute=3000))
    timeline.load(loaded(page, whole=True))
    assert [bool(day) for day in rows(timeline, "dayText")] == [True, False, True]


def test_messages_are_counted_while_the_newest_is_out_of_sight(timeline: TimelineModel) -> None:
    load(timeline, 1)
    timeline.setProperty("following", False)
    timeline.hear(Arrived(at("general").id, [event(2, "x"), event(3, "own", "maja")]))
    assert timeline.below == 1
    timeline.setProperty("following", True)
    assert timeline.below == 0


def test_a_jump_reads_back_as_far_as_it_takes(
    timeline: TimelineModel, gateway: FakeGateway
) -> None:
    load(timeline, 100)
    wanted: list[int] = []
    timeline.rowWanted.connect(wanted.append)
    timeline.jumpTo(50)
    assert wanted == []
    gateway.answer(page(entries(*(event(seq, "x") for seq in range(40, 100))), whole=False))
    assert wanted == [50]
    timeline.jumpTo(100)
    assert wanted == [50, 0]


def test_old_rows_go_when_there_are_too_many(
    timeline: TimelineModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 10)
    monkeypatch.setattr(module, "_SPARE_ROWS", 2)
    load(timeline, *range(1, 10), whole=True)
    timeline.hear(Arrived(at("general").id, [event(10, "x"), event(11, "x")]))
    assert rows(timeline, "seq") == list(range(11, 3, -1))
    assert not timeline.whole
    assert timeline.canFetchMore(QModelIndex())


def test_reactions_and_pins_change_their_row(timeline: TimelineModel) -> None:
    load(timeline, 1)
    batch = [
        event(2, sender="bo", type="reacted", target=1, emoji="🎉"),
        event(3, sender="maja", type="reacted", target=1, emoji="🎉"),
        event(4, sender="bo", type="pinned", target=1),
    ]
    timeline.hear(Arrived(at("general").id, batch))
    (reactions,) = rows(timeline, "reactions")
    assert reactions == [
        {"emoji": "🎉", "count": 2, "mine": True, "names": "bo and maja", "pending": False}
    ]
    assert rows(timeline, "pinned") == [True]
    undone = [event(5, sender="maja", type="unreacted", target=1, emoji="🎉")]
    timeline.hear(Arrived(at("general").id, undone))
    assert rows(timeline, "reactions")[0][0]["mine"] is False


def test_what_a_page_says_already_is_not_counted_again(timeline: TimelineModel) -> None:
    (message,) = entries(event(1, "m1"))
    assert isinstance(message, ChatMessage)
    folded = replace(message, reactions=(Reaction("👍", (who("bo"),)),), as_of=3)
    timeline.load(loaded([folded], whole=True))
    late = [event(2, sender="bo", type="reacted", target=1, emoji="👍")]
    timeline.hear(Arrived(at("general").id, late))
    assert rows(timeline, "reactions")[0][0]["count"] == 1


def test_answers_are_counted_at_the_message_that_began_it(timeline: TimelineModel) -> None:
    load(timeline, 1)
    batch = [event(2, "a", reply_to=1), event(3, "b", reply_to=2)]
    timeline.hear(Arrived(at("general").id, batch))
    assert rows(timeline, "seq", "threadCount", "threadRoot") == [(3, 0, 1), (2, 0, 1), (1, 2, 0)]


def test_only_ones_own_can_be_edited_and_leaders_erase_all(timeline: TimelineModel) -> None:
    page = entries(event(1, "theirs"), event(2, "mine", "maja"))
    timeline.load(loaded(page, whole=True))
    assert rows(timeline, "canEdit", "canRedact") == [(True, True), (False, False)]
    timeline.allow(Rights(write=True, lead=True))
    assert rows(timeline, "canEdit", "canRedact") == [(True, True), (False, True)]
    timeline.allow(Rights(write=False))
    assert rows(timeline, "canEdit", "canRedact") == [(False, False), (False, False)]


def test_a_log_that_went_back_is_read_anew(timeline: TimelineModel, gateway: FakeGateway) -> None:
    load(timeline, 1, 2, 3)
    timeline.hear(Arrived(at("general").id, [event(2, "other")]))
    assert gateway.looked_at == [1]


def test_the_line_above_what_is_new(timeline: TimelineModel) -> None:
    joined = event(2, type="joined", member="bo", sender="bo")
    page = entries(event(1, "a"), joined, event(3, "own", "maja"), event(4, "b"), event(5, "c"))
    timeline.load(loaded(page, whole=True))
    timeline.mark_new(1)
    assert [seq for seq, line in rows(timeline, "seq", "newLine") if line] == [4]
    timeline.mark_new(None)
    assert not any(rows(timeline, "newLine"))


def test_what_happened_to_the_room_stands_among_older_messages(
    timeline: TimelineModel, gateway: FakeGateway
) -> None:
    load(timeline, 11, 12)
    timeline.loadOlder()
    joined = event(8, type="joined", member="bo", sender="bo")
    changes = Changes(timeline)
    gateway.answer(page(entries(event(7, "m7"), joined), whole=False, last=10))
    assert changes.seen == [("insert", 2, 3), ("change", 1, 1)]
    assert rows(timeline, "kind", "plain") == [
        ("message", "m12"),
        ("message", "m11"),
        ("event", "bo joined"),
        ("message", "m7"),
    ]


def test_the_next_page_goes_on_where_the_last_began_whatever_it_showed(
    timeline: TimelineModel, gateway: FakeGateway
) -> None:
    load(timeline, 11, 12)
    timeline.loadOlder()
    gateway.answer(TimelinePage(5, 10, tuple(entries(event(9, "m9")))))
    timeline.loadOlder()
    gateway.answer(TimelinePage(1, 4, tuple(entries(event(2, "m2")))))
    assert rows(timeline, "seq") == [12, 11, 9, 2]
    assert timeline.whole


def test_a_page_that_was_asked_for_before_the_room_was_read_anew_is_left_out(
    timeline: TimelineModel, gateway: FakeGateway
) -> None:
    load(timeline, 11, 12)
    timeline.loadOlder()
    load(timeline, 31, 32)
    gateway.answer(page(entries(event(10, "m10")), whole=False))
    assert rows(timeline, "seq") == [32, 31]


def test_a_jump_while_a_page_is_on_its_way_goes_on_after_it(
    timeline: TimelineModel, gateway: FakeGateway
) -> None:
    load(timeline, 100)
    wanted: list[int] = []
    timeline.rowWanted.connect(wanted.append)
    timeline.loadOlder()
    timeline.jumpTo(50)
    gateway.answer(page(entries(*(event(seq, "x") for seq in range(80, 100))), whole=False))
    assert wanted == []
    gateway.answer(page(entries(*(event(seq, "x") for seq in range(40, 80))), whole=False))
    assert wanted == [50]


def test_a_jump_to_what_cannot_be_read_is_said(
    timeline: TimelineModel, gateway: FakeGateway
) -> None:
    load(timeline, 100)
    said: list[str] = []
    timeline.failed.connect(said.append)
    timeline.jumpTo(50)
    gateway.answer(TimelinePage(100, 99, ()))
    assert len(said) == 1


def test_a_jump_in_what_the_profile_had_is_made_again_in_the_servers_page(
    timeline: TimelineModel,
) -> None:
    wanted: list[int] = []
    timeline.rowWanted.connect(wanted.append)
    held = loaded(entries(*(event(seq, "x") for seq in range(1, 5))))
    timeline.load(replace(held, provisional=True))
    timeline.jumpTo(2)
    assert wanted == [2]
    timeline.load(loaded(entries(*(event(seq, "x") for seq in range(1, 9)))))
    assert wanted == [2, 6]
    timeline.load(loaded(entries(*(event(seq, "x") for seq in range(1, 9)))))
    assert wanted == [2, 6]


def test_a_very_long_text_is_cut_until_all_of_it_is_wanted(
    timeline: TimelineModel,
) -> None:
    timeline.load(loaded(entries(event(1, "x" * 65_000), event(2, "y"))))
    assert rows(timeline, "cut", "whole") == [(False, False), (True, False)]
    (block,) = rows(timeline, "blocks")[1]
    assert len(block["plain"]) < 8_192
    timeline.showAll("s1", True)
    assert rows(timeline, "cut", "whole")[1] == (False, True)
    (block,) = rows(timeline, "blocks")[1]
    assert len(block["plain"]) == 65_000
    timeline.showAll("s1", False)
    assert rows(timeline, "cut")[1]
