"""What a person sends, and does to messages: pending, confirmed, or refused and undone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.modeltest import ModelTester
from zmqchat_gui.bridge.updates import Arrived, Loaded
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.timeline import TimelineModel

from tests.gui.fakes import Changes, FakeGateway, at, entries, event, loaded, page, rows, who
from zmqchat.client import ChatEvent, ChatMessage, Reaction, unsent


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def timeline(gateway: FakeGateway, qtmodeltester: ModelTester) -> TimelineModel:
    model = TimelineModel(at("general"), gateway, Persons(who("maja")))
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    return model


def in_log(sent: ChatEvent, seq: int) -> ChatEvent:
    """The event of the log that something which was sent became."""
    return replace(sent, seq=seq)


def load(timeline: TimelineModel, *seqs: int, whole: bool = False) -> None:
    page = entries(*(event(seq, f"m{seq}") for seq in seqs))
    timeline.load(loaded(page, whole=whole))


def test_a_message_of_ones_own_keeps_its_row_and_key(
    timeline: TimelineModel, gateway: FakeGateway
) -> None:
    load(timeline, 1)
    timeline.post("hello", 0)
    (sent,) = gateway.sent
    assert rows(timeline, "plain", "delivery", "seq")[0] == ("hello", "pending", 0)
    changes = Changes(timeline)
    timeline.sent(in_log(sent, 2))
    timeline.hear(Arrived(at("general").id, [in_log(sent, 2)]))
    assert changes.seen == [("change", 0, 0), ("change", 0, 0)]
    assert rows(timeline, "key", "delivery", "seq")[0] == (sent.id.hex, "sent", 2)


def test_the_event_may_come_before_its_acknowledgement(
    timeline: TimelineModel, gateway: FakeGateway
) -> None:
    load(timeline, 1)
    timeline.post("hello", 0)
    (sent,) = gateway.sent
    timeline.hear(Arrived(at("general").id, [in_log(sent, 2)]))
    timeline.sent(in_log(sent, 2))
    assert rows(timeline, "plain", "delivery", "seq") == [("hello", "sent", 2), ("m1", "sent", 1)]


def test_own_and_foreign_messages_in_one_batch_keep_the_order_of_the_log(
    timeline: TimelineModel, gateway: FakeGateway
) -> None:
    load(timeline, 1)
    timeline.post("a", 0)
    timeline.post("b", 0)
    a, b = gateway.sent
    batch = [event(2, "x"), in_log(a, 3), event(4, "y"), in_log(b, 5)]
    timeline.hear(Arrived(at("general").id, batch))
    assert rows(timeline, "plain", "seq") == [
        ("b", 5),
        ("y", 4),
        ("a", 3),
        ("x", 2),
        ("m1", 1),
    ]


def test_a_refused_message_can_be_sent_again_or_deleted(
    timeline: TimelineModel, gateway: FakeGateway
) -> None:
    load(timeline, 1)
    timeline.post("one", 0)
    timeline.post("two", 0)
    one, two = gateway.sent
    timeline.refused(one, "no")
    timeline.refused(two, "no")
    assert rows(timeline, "plain", "delivery", "failure")[:2] == [
        ("two", "failed", "no"),
        ("one", "failed", "no"),
    ]
    assert [own.text for own in timeline.unsent] == ["one", "two"]
    timeline.retry(one.id.hex)
    timeline.discard(two.id.hex)
    assert [message.id for message in gateway.sent] == [one.id, two.id, one.id]
    assert rows(timeline, "plain", "delivery") == [("one", "pending"), ("m1", "sent")]
    timeline.hear(Arrived(at("general").id, [in_log(one, 2)]))
    assert rows(timeline, "plain", "delivery") == [("one", "sent"), ("m1", "sent")]


def act(timeline: TimelineModel, what: str) -> None:
    """What a person does to message 1."""
    match what:
        case "reacted" | "unreacted":
            timeline.react(1, "🎉")
        case "edited":
            timeline.edit(1, "better")
        case "redacted":
            timeline.redact(1)
        case "pinned" | "unpinned":
            timeline.setPinned(1, what == "pinned")


ROLES = ("plain", "edited", "redacted", "pinned", "reactions")
DEEDS = ["reacted", "unreacted", "edited", "redacted", "pinned", "unpinned"]


@pytest.fixture
def ready(timeline: TimelineModel) -> TimelineModel:
    """Message 1 of one's own, with a reaction of one's own and a pin where they are to go."""
    page = entries(event(1, "good", "maja"))
    timeline.load(loaded(page))
    return timeline


def prepared(timeline: TimelineModel, what: str) -> None:
    before = {
        "unreacted": event(2, sender="maja", type="reacted", target=1, emoji="🎉"),
        "unpinned": event(2, sender="maja", type="pinned", target=1),
    }
    if what in before:
        timeline.hear(Arrived(at("general").id, [before[what]]))


@pytest.mark.parametrize("what", DEEDS)
def test_what_is_done_to_a_message_is_shown_at_once_and_then_confirmed(
    ready: TimelineModel, gateway: FakeGateway, what: str
) -> None:
    prepared(ready, what)
    before = rows(ready, *ROLES)
    act(ready, what)
    (sent,) = gateway.sent
    assert (sent.type, sent.target, sent.seq) == (what, 1, 0)
    during = rows(ready, *ROLES)
    assert during != before
    assert rows(ready, "changing") == [[what]]
    ready.queued(sent)
    ready.sent(in_log(sent, 3))
    assert rows(ready, "changing") == [[what]]
    ready.hear(Arrived(at("general").id, [in_log(sent, 3)]))
    assert rows(ready, "changing") == [[]]
    after = rows(ready, *ROLES)
    for reaction in during[0][4]:
        reaction["pending"] = False
    assert after == during


@pytest.mark.parametrize("what", DEEDS)
def test_what_is_refused_is_undone_and_said(
    ready: TimelineModel, gateway: FakeGateway, what: str
) -> None:
    prepared(ready, what)
    before = rows(ready, *ROLES)
    said: list[str] = []
    refused: list[tuple[int, str]] = []
    ready.failed.connect(said.append)
    ready.editRefused.connect(lambda seq, text: refused.append((seq, text)))
    act(ready, what)
    ready.refused(gateway.sent[0], "You may not.")
    assert rows(ready, *ROLES) == before
    assert rows(ready, "changing") == [[]]
    assert len(said) == 1
    assert said[0].endswith("You may not.")
    assert refused == ([(1, "better")] if what == "edited" else [])


def test_a_reaction_that_waits_is_taken_back_by_another_click(
    ready: TimelineModel, gateway: FakeGateway
) -> None:
    ready.react(1, "🎉")
    assert rows(ready, "reactions")[0][0]["pending"] is True
    ready.react(1, "🎉")
    assert rows(ready, "reactions") == [[]]
    assert [sent.type for sent in gateway.sent] == ["reacted", "unreacted"]
    ready.refused(gateway.sent[1], "no")
    assert rows(ready, "reactions")[0][0]["count"] == 1


def test_a_click_takes_back_a_reaction_however_it_was_written(
    ready: TimelineModel, gateway: FakeGateway
) -> None:
    ready.react(1, "\u2764")
    assert rows(ready, "reactions")[0][0]["emoji"] == "\u2764\ufe0f"
    ready.react(1, "\u2764\ufe0f")
    assert rows(ready, "reactions") == [[]]


def test_an_emoji_newer_than_the_tables_is_sent_as_it_is(
    ready: TimelineModel, gateway: FakeGateway
) -> None:
    newer = "\U0001faff"  # somebody with newer tables set it, and it is clicked
    ready.react(1, newer)
    assert gateway.sent[0].details == {"target": 1, "emoji": newer}


def test_what_an_earlier_process_did_is_shown_until_a_page_has_it(timeline: TimelineModel) -> None:
    left = unsent(at("general"), who("maja"), "reacted", target=1, emoji="🎉")
    timeline.show(left)
    load(timeline, 1, 2)
    assert rows(timeline, "changing") == [[], ["reacted"]]
    assert rows(timeline, "reactions")[1][0]["mine"] is True
    timeline.sent(in_log(left, 3))
    (message, *_) = entries(event(1, "m1"))
    assert isinstance(message, ChatMessage)
    has_it = replace(message, reactions=(Reaction("🎉", (who("maja"),)),), as_of=3)
    timeline.load(Loaded(at("general").id, page([has_it], last=3)))
    assert rows(timeline, "changing") == [[]]
    assert rows(timeline, "reactions")[0][0]["count"] == 1


def test_a_message_left_in_the_outbox_is_there_once_where_a_page_has_it(
    timeline: TimelineModel,
) -> None:
    left = unsent(at("general"), who("maja"), "posted", text="hello")
    timeline.show(left)
    timeline.load(loaded(entries(event(1, "m1"), in_log(left, 2))))
    assert rows(timeline, "plain", "delivery") == [("hello", "sent"), ("m1", "sent")]
    timeline.sent(in_log(left, 2))
    assert rows(timeline, "plain", "delivery") == [("hello", "sent"), ("m1", "sent")]
