"""What is pinned: what the server says, and what the person does before it is confirmed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from zmqchat_gui.bridge.updates import Arrived
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.pins import PinsModel
from zmqchat_gui.viewmodels.timeline import TimelineModel

from tests.gui.fakes import FakeGateway, at, entries, event, loaded, rows, who
from zmqchat.client import ChatMessage, unsent


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def timeline(gateway: FakeGateway) -> TimelineModel:
    persons = Persons(who("maja"))
    timeline = TimelineModel(at("general"), gateway, persons)
    persons.setParent(timeline)
    return timeline


@pytest.fixture
def pins(timeline: TimelineModel, gateway: FakeGateway) -> PinsModel:
    return PinsModel(timeline, gateway, timeline._persons)


def pinned(seq: int, text: str) -> ChatMessage:
    (message,) = entries(event(seq, text))
    assert isinstance(message, ChatMessage)
    return replace(message, pinned=True, as_of=20)


def test_the_newest_is_first(pins: PinsModel, gateway: FakeGateway) -> None:
    pins.refresh()
    gateway.answer([pinned(1, "one"), pinned(2, "two")])
    assert rows(pins, "seq", "plain") == [(2, "two"), (1, "one")]


def test_a_pin_is_there_at_once_and_gone_where_it_is_refused(
    pins: PinsModel, timeline: TimelineModel, gateway: FakeGateway
) -> None:
    timeline.load(loaded(entries(event(1, "one"), event(2, "two"))))
    timeline.setPinned(1, True)
    assert rows(pins, "plain") == ["one"]
    timeline.refused(gateway.sent[0], "no")
    assert rows(pins, "plain") == []
    assert gateway.asked == []


def test_a_pin_that_waits_stays_whatever_the_server_says_meanwhile(
    pins: PinsModel, timeline: TimelineModel, gateway: FakeGateway
) -> None:
    timeline.load(loaded(entries(event(1, "one"), event(2, "two"))))
    pins.refresh()
    timeline.setPinned(1, True)
    gateway.answer([pinned(2, "two")])
    assert rows(pins, "plain") == ["two", "one"]
    timeline.hear(Arrived(at("general").id, [replace(gateway.sent[0], seq=21)]))
    assert rows(pins, "plain") == ["two", "one"]


def test_what_was_pinned_before_the_room_was_read_is_there_once_it_is(
    pins: PinsModel, timeline: TimelineModel
) -> None:
    timeline.show(unsent(at("general"), who("maja"), "pinned", target=1))
    assert rows(pins, "plain") == []
    timeline.load(loaded(entries(event(1, "one"))))
    assert rows(pins, "plain") == ["one"]


def test_pins_of_others_are_heard_and_unknown_messages_asked_for_once(
    pins: PinsModel, timeline: TimelineModel, gateway: FakeGateway
) -> None:
    timeline.load(loaded(entries(event(11, "eleven")), whole=False))
    known = event(12, sender="bo", type="pinned", target=11)
    timeline.hear(Arrived(at("general").id, [known]))
    assert (rows(pins, "plain"), gateway.asked) == (["eleven"], [])
    older = [event(seq, sender="bo", type="pinned", target=seq - 10) for seq in (13, 14)]
    timeline.hear(Arrived(at("general").id, older[:1]))
    timeline.hear(Arrived(at("general").id, older[1:]))
    assert len(gateway.asked) == 1
    gateway.answer([pinned(3, "three"), pinned(11, "eleven")])
    gateway.answer([pinned(3, "three"), pinned(4, "four"), pinned(11, "eleven")])
    assert rows(pins, "plain") == ["eleven", "four", "three"]
    assert gateway.asked == []


def test_edits_and_erasures_of_pinned_messages_are_seen(
    pins: PinsModel, timeline: TimelineModel, gateway: FakeGateway
) -> None:
    pins.refresh()
    gateway.answer([pinned(1, "one"), pinned(2, "two")])
    timeline.load(loaded(entries(event(19, "x"), event(20, "y")), whole=False))
    pins.refresh()
    gateway.answer([pinned(1, "one"), pinned(2, "two")])
    edit = event(21, "first", sender="ada", type="edited", target=1)
    timeline.hear(
        Arrived(at("general").id, [edit, event(22, sender="ada", type="redacted", target=2)])
    )
    assert rows(pins, "plain") == ["first"]
