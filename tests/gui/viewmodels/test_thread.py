"""The open thread: what was read of it, what comes, and what is one's own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.modeltest import ModelTester
from zmqchat_gui.bridge.updates import Arrived
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.thread import ThreadModel
from zmqchat_gui.viewmodels.timeline import TimelineModel

from tests.gui.fakes import FakeGateway, at, entries, event, loaded, rows, who


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def timeline(gateway: FakeGateway) -> TimelineModel:
    model = TimelineModel(at("general"), gateway, Persons(who("maja")))
    page = entries(event(8, "x"), event(9, "answer", reply_to=3))
    model.load(loaded(page, whole=False))
    return model


@pytest.fixture
def thread(
    timeline: TimelineModel, gateway: FakeGateway, qtmodeltester: ModelTester
) -> ThreadModel:
    model = ThreadModel(timeline, gateway, Persons(who("maja")))
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    return model


def test_it_is_read_from_where_it_began(thread: ThreadModel, gateway: FakeGateway) -> None:
    thread.open(9)
    assert (thread.seq, thread.loading) == (3, True)
    assert rows(thread, "seq") == [9]
    page = entries(event(3, "root"), event(5, "first", reply_to=3), event(9, "answer", reply_to=3))
    gateway.answer((3, page))
    assert rows(thread, "seq", "plain") == [(3, "root"), (5, "first"), (9, "answer")]
    assert thread.title == "2 replies"


def test_what_comes_and_what_happens_is_shown(
    thread: ThreadModel, timeline: TimelineModel, gateway: FakeGateway
) -> None:
    thread.open(8)
    gateway.answer((8, entries(event(8, "x"))))
    batch = [
        event(10, "to it", reply_to=8),
        event(11, "elsewhere"),
        event(12, "better", "ada", type="edited", target=8),
    ]
    timeline.hear(Arrived(at("general").id, batch))
    assert rows(thread, "seq", "plain") == [(8, "better"), (10, "to it")]


def test_ones_own_answer_is_there_at_once(
    thread: ThreadModel, timeline: TimelineModel, gateway: FakeGateway
) -> None:
    thread.open(8)
    gateway.answer((8, entries(event(8, "x"))))
    timeline.post("mine", 8)
    assert rows(thread, "plain", "delivery") == [("x", "sent"), ("mine", "pending")]
    mine = replace(gateway.sent[0], seq=10)
    timeline.sent(mine)
    timeline.hear(Arrived(at("general").id, [mine]))
    assert rows(thread, "plain", "delivery") == [("x", "sent"), ("mine", "sent")]


def test_a_closed_thread_is_empty(thread: ThreadModel, gateway: FakeGateway) -> None:
    thread.open(8)
    thread.close()
    gateway.answer((8, entries(event(8, "x"))))
    assert (thread.seq, rows(thread, "seq")) == (0, [])


def test_answers_of_one_person_go_on_under_one_name(
    thread: ThreadModel, gateway: FakeGateway
) -> None:
    thread.open(3)
    answers = [event(seq, "x", minute=3, reply_to=3) for seq in (4, 5)]
    gateway.answer((3, entries(event(3, "root"), *answers, event(6, "y", "bo", reply_to=3))))
    shown = rows(thread, "seq", "continued")[:4]
    assert shown == [(3, False), (4, False), (5, True), (6, False)]
