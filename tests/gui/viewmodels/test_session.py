"""A session without a network: state, rooms, unread counts, drafts."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from pytestqt.qtbot import QtBot
from zmqchat_gui.bridge import updates as up
from zmqchat_gui.bridge.drafts import Drafts
from zmqchat_gui.viewmodels.room import Room
from zmqchat_gui.viewmodels.roombook import Notification
from zmqchat_gui.viewmodels.session import Session

from tests.gui.fakes import (
    FakeGateway,
    at,
    entries,
    event,
    loaded,
    opened,
    page,
    renamed,
    rows,
    who,
)
from zmqchat.client import (
    ChatEvent,
    PersonRenamed,
    PresenceChanged,
    Profile,
    RoomState,
    Stages,
    Typing,
    unsent,
)
from zmqchat.client.database import Damaged
from zmqchat.client.naming import Where
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.who import Who
from zmqchat.security.keys import KeyPair
from zmqchat.security.links import JoinLink, MessageLink, parse_message


class Stage:
    """A session on fake gateways, the newest last."""

    def __init__(self, directory: Path) -> None:
        link = JoinLink("chat.example", 5555, KeyPair.generate().public)
        self.profile = Profile(directory, link, "maja", KeyPair.generate())
        self.gateways: list[FakeGateway] = []
        self.session = self.open()

    def open(self) -> Session:
        """Another start of the program."""
        return Session(self.profile, self._gateway)

    @property
    def gateway(self) -> FakeGateway:
        return self.gateways[-1]

    def _gateway(self) -> FakeGateway:
        self.gateways.append(FakeGateway())
        return self.gateway

    def live(self, *rooms: str) -> None:
        self.gateway.tell(vitals(), *map(opened, rooms), up.StateChanged("live"))

    def load(self, room: str, *events: ChatEvent) -> None:
        self.gateway.tell(loaded(entries(*events), room=room))

    def hear(self, room: str, *events: ChatEvent) -> None:
        self.gateway.tell(up.Arrived(at(room).id, list(events)))

    def count(self, room: str, unread: int, mentions: int = 0, read: int = 0) -> None:
        """What the server counts."""
        state = RoomState(room, read, unread, mentions, read + unread, "all", muted=False)
        self.gateway.tell(up.States({at(room).id: state}, {}))


def vitals(
    role: str = "member", latency: float | None = None, retry_in: float | None = None
) -> up.Vitals:
    stages = None if latency is None else Stages(None, latency / 2, 0.0, latency / 2)
    return up.Vitals("maja", role, latency, stages, retry_in, user=1)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def shown(stage: Stage) -> Room:
    """The room that is shown."""
    room = stage.session.room
    assert room is not None
    return room


def test_the_general_room_opens_first(stage: Stage) -> None:
    stage.live("art", "general")
    assert stage.session.room is not None
    assert stage.session.room.name == "general"
    assert stage.gateway.looked_at == [1]
    assert rows(stage.session.rooms, "name", "sectionText", "current") == [
        ("art", "Rooms", False),
        ("general", "", True),
    ]


def test_messages_elsewhere_are_unread_until_the_room_is_opened(stage: Stage) -> None:
    told: list[Notification] = []
    stage.session.notified.connect(told.append)
    stage.live("art", "general")
    stage.hear("art", event(1, "one"), event(2, "hi @maja"), event(3, "own", "maja"))
    stage.hear("general", event(1, "seen"))
    stage.count("art", 2, 1)
    stage.count("general", 1)
    assert rows(stage.session.rooms, "unread", "mentions") == [(2, 1), (0, 0)]
    assert (stage.session.unread, stage.session.mentions) == (2, 1)
    assert [(one.title, one.text, one.named) for one in told] == [
        ("ada (#art)", "one", False),
        ("ada (#art)", "hi @maja", True),
    ]
    stage.session.openRoom("art")
    stage.load("art", event(1, "one"), event(2, "hi @maja"), event(3, "own", "maja"))
    assert stage.session.unread == 0
    assert stage.session.room is not None
    assert rows(stage.session.room.timeline, "seq", "newLine") == [
        (3, False),
        (2, False),
        (1, True),
    ]


def test_what_is_told_of_has_no_marks_and_turns_nothing(stage: Stage) -> None:
    told: list[Notification] = []
    stage.session.notified.connect(told.append)
    stage.live("art", "general")
    stage.hear("art", event(1, "**look** at `this`\n> that"), event(2, "#"))
    stage.hear("art", event(3, "שלום \u202eabc 👩\u200d🚀", "משה"))
    assert [(one.title, one.text) for one in told] == [
        ("ada (#art)", "look at this that"),
        ("ada (#art)", "#"),
        ("\u2068משה\u2069 (#art)", "שלום abc 👩\u200d🚀"),
    ]


def test_nothing_is_read_while_the_window_is_not_looked_at(stage: Stage) -> None:
    stage.live("general")
    stage.load("general")
    stage.session.set_active(False)
    stage.hear("general", event(1, "one"))
    stage.count("general", 1)
    assert stage.session.unread == 1
    assert stage.session.room is not None
    assert rows(stage.session.room.timeline, "newLine") == [True]
    stage.session.set_active(True)
    assert stage.session.unread == 0


def test_keys_go_through_the_rooms(stage: Stage) -> None:
    stage.live("art", "general", "zoo")
    seen = []
    for by in (1, 1, -1):
        stage.session.step(by)
        assert stage.session.room is not None
        seen.append(stage.session.room.name)
    assert seen == ["zoo", "art", "zoo"]
    stage.count("general", 1)
    stage.session.stepUnread(1)
    assert stage.session.room is not None
    assert stage.session.room.name == "general"


def test_a_draft_survives_the_program(stage: Stage) -> None:
    stage.live("art", "general")
    assert stage.session.room is not None
    stage.session.room.composer.setProperty("text", "not yet")
    stage.session.openRoom("art")
    assert rows(stage.session.rooms, "name", "draft") == [("art", False), ("general", True)]
    stage.session.close()
    again = stage.open()
    stage.live("general")
    assert again.room is not None
    assert again.room.composer.text == "not yet"


def test_a_refused_message_survives_the_program(stage: Stage) -> None:
    stage.live("general")
    room = stage.session.room
    assert room is not None
    room.composer.setProperty("text", "hello")
    room.composer.send()
    stage.gateway.tell(up.SendFailed(stage.gateway.sent[0], "archived"))
    stage.session.close()
    again = stage.open()
    stage.live("general")
    assert again.room is not None
    assert rows(again.room.timeline, "plain", "delivery", "failure") == [
        ("hello", "failed", "archived")
    ]


def test_the_text_is_on_disk_until_the_outbox_has_it(stage: Stage) -> None:
    stage.live("general")
    room = stage.session.room
    assert room is not None
    room.composer.setProperty("text", "hello")
    room.save()
    room.composer.send()
    assert "hello" in (stage.profile.directory / "drafts.json").read_text()
    stage.gateway.tell(up.Queued(stage.gateway.sent[0]))
    room.save()
    assert "hello" not in (stage.profile.directory / "drafts.json").read_text()


def test_a_refusal_ends_it_and_reconnect_starts_anew(stage: Stage) -> None:
    stage.live("general")
    stage.gateway.tell(up.Ended(ChatError(Code.DEVICE_REMOVED, "This device was removed.")))
    assert stage.session.connection == "ended"
    assert (stage.session.banner, stage.session.bannerText) == (True, "This device was removed.")
    stage.session.reconnect()
    assert stage.gateway.restarts == 1
    assert stage.gateway.looked_at == [1, 1]
    assert stage.session.connection == "connecting"


def test_what_had_not_got_to_the_outbox_is_sent_again_by_the_next_session(stage: Stage) -> None:
    stage.live("general")
    room = stage.session.room
    assert room is not None
    for text in ("one", "two"):
        room.composer.setProperty("text", text)
        room.composer.send()
    one, two = stage.gateway.sent
    stage.gateway.tell(up.Queued(one), up.Ended(ChatError(Code.INTERNAL, "The disk is full.")))
    stage.session.reconnect()
    assert stage.gateway.sent == [one, two, two]
    stage.gateway.tell(up.Resumed(one), up.Queued(two))
    assert rows(room.timeline, "plain", "delivery") == [("two", "waiting"), ("one", "waiting")]
    stage.gateway.tell(up.Sent(replace(one, seq=1)), up.Sent(replace(two, seq=2)))
    assert rows(room.timeline, "plain", "delivery") == [("two", "sent"), ("one", "sent")]


def test_the_banner_says_when_it_is_tried_again(stage: Stage, qtbot: QtBot) -> None:
    stage.live("general")
    stage.gateway.tell(up.StateChanged("offline"), vitals(retry_in=4.2))
    qtbot.waitUntil(lambda: stage.session.banner, timeout=10_000)
    stage.gateway.tell(vitals(retry_in=3.9))
    assert stage.session.bannerDetail == "Reconnecting in 4 s"
    stage.gateway.tell(up.StateChanged("live"), vitals(latency=0.003))
    assert not stage.session.banner
    assert stage.session.latency.text == "3.0 ms"


def test_what_waits_is_counted_as_what_it_is(stage: Stage) -> None:
    stage.live("general")
    stage.load("general", event(1, "one", "maja"))
    stage.gateway.tell(up.StateChanged("offline"))
    room = shown(stage)
    acts: list[Callable[[], object]] = [
        lambda: room.timeline.react(1, "👍"),
        lambda: room.timeline.post("two", 0),
        lambda: room.timeline.post("three", 0),
        lambda: room.timeline.setPinned(1, True),
    ]
    seen = []
    for act in acts:
        act()
        stage.gateway.tell(up.Queued(stage.gateway.sent[-1]))
        seen.append(stage.session.bannerDetail.removeprefix("Reconnecting… · "))
    assert seen == [
        "1 change waits",
        "1 message and 1 change wait",
        "2 messages and 1 change wait",
        "2 messages and 2 changes wait",
    ]
    assert stage.session.unsent == 4
    reaction, two, three, pin = stage.gateway.sent
    stage.gateway.tell(up.Sent(replace(reaction, seq=2)), up.Sent(replace(two, seq=3)))
    stage.gateway.tell(up.SendFailed(pin, "No."))
    assert stage.session.bannerDetail == "Reconnecting… · 1 message waits"
    stage.gateway.tell(up.Sent(replace(three, seq=4)))
    assert stage.session.unsent == 0


def test_what_an_earlier_process_left_is_counted_once(stage: Stage) -> None:
    left = unsent(at("general"), who("maja"), "posted", text="from before")
    stage.gateway.tell(up.Resumed(left))
    stage.live("general")
    stage.gateway.tell(up.Resumed(left))
    assert stage.session.unsent == 1


def test_what_is_sent_without_a_server_waits(stage: Stage) -> None:
    stage.live("art", "general")
    room = shown(stage)
    room.timeline.post("one", 0)
    assert rows(room.timeline, "delivery") == ["pending"]
    stage.gateway.tell(up.StateChanged("offline"))
    assert rows(room.timeline, "delivery") == ["waiting"]
    stage.session.openRoom("art")
    shown(stage).timeline.post("two", 0)
    assert rows(shown(stage).timeline, "delivery") == ["waiting"]
    stage.gateway.tell(up.StateChanged("live"))
    assert rows(room.timeline, "delivery") == ["pending"]
    stage.gateway.tell(up.Ended(ChatError(Code.DEVICE_REMOVED, "This device was removed.")))
    assert rows(room.timeline, "delivery") == ["waiting"]


def test_the_latency_is_none_while_there_is_no_connection(stage: Stage) -> None:
    stage.live("general")
    stage.gateway.tell(vitals(latency=0.003))
    stage.gateway.tell(up.StateChanged("offline"))
    assert (stage.session.latency.text, stage.session.latency.current) == ("Offline", False)
    stage.gateway.tell(up.StateChanged("live"))
    assert stage.session.latency.text == "3.0 ms"


def test_a_room_is_complete_also_where_nobody_had_looked_at_it(stage: Stage) -> None:
    stage.live("art", "general")
    stage.gateway.tell(up.Completed(at("art").id, 12), up.Completed(at("general").id, 3))
    assert shown(stage).completeText == "Complete to #3"
    stage.gateway.tell(renamed("art", "crafts"))
    stage.session.openRoom("crafts")
    assert shown(stage).completeText == "Complete to #12"


def test_a_kept_answer_says_what_it_answers_once_that_is_loaded(stage: Stage) -> None:
    stage.live("general")
    stage.load("general", event(1, "the **bold** one"))
    shown(stage).composer.reply(1)
    assert shown(stage).composer.replyText == "the bold one"
    stage.session.close()
    stage.session = stage.open()
    stage.live("general")
    composer = shown(stage).composer
    assert (composer.replySeq, composer.replySender) == (1, "")
    told = []
    composer.changed.connect(lambda: told.append(composer.replySender))
    stage.load("general", event(1, "the **bold** one"))
    assert told[-1:] == ["ada"]
    assert composer.replyText == "the bold one"


def test_a_draft_follows_a_room_that_was_renamed_while_nobody_listened(stage: Stage) -> None:
    stage.live("general")
    shown(stage).composer.setProperty("text", "not yet")
    stage.session.close()
    stage.session = stage.open()
    stage.gateway.tell(up.RoomOpened(Where(at("general").id, "lobby")), up.StateChanged("live"))
    stage.session.openRoom("lobby")
    assert shown(stage).composer.text == "not yet"


def test_edits_made_in_a_session_that_has_ended_are_kept(stage: Stage) -> None:
    stage.live("general")
    stage.load("general", event(1, "mime", "maja"), event(2, "yuors", "maja"))
    stage.gateway.tell(up.Ended(ChatError(Code.KEY_MISMATCH, "Somebody else.")))
    composer = shown(stage).composer
    for seq, text in ((1, "mine"), (2, "yours")):
        composer.edit(seq)
        composer.setProperty("text", text)
        composer.send()
    stage.session.close()
    stage.session = stage.open()
    stage.live("general")
    composer = shown(stage).composer
    assert (composer.editSeq, composer.text) == (1, "mine")
    composer.send()
    assert (composer.editSeq, composer.text) == (2, "yours")


def test_the_seconds_are_counted_down(stage: Stage, qtbot: QtBot) -> None:
    stage.live("general")
    stage.gateway.tell(up.StateChanged("offline"), vitals())
    qtbot.waitUntil(lambda: stage.session.banner, timeout=10_000)
    assert stage.session.bannerDetail == "Reconnecting…"
    seen: list[str] = []
    stage.session.changed.connect(lambda: seen.append(stage.session.bannerDetail))
    stage.gateway.tell(vitals(retry_in=1.9))
    qtbot.waitUntil(lambda: seen[-1:] == ["Reconnecting…"], timeout=10_000)
    assert list(dict.fromkeys(seen)) == [
        "Reconnecting in 2 s",
        "Reconnecting in 1 s",
        "Reconnecting…",
    ]


def test_trying_now_begins_no_session_anew(stage: Stage) -> None:
    stage.live("general")
    stage.gateway.tell(up.StateChanged("offline"), vitals(retry_in=3.9))
    stage.gateway.asked.clear()
    stage.session.reconnect()
    assert stage.gateway.restarts == 0
    (asked,) = stage.gateway.asked
    chat = Mock()
    asyncio.run(_awaited(asked.work(chat)))
    chat.reconnect_now.assert_called_once_with()


async def _awaited(work: Awaitable[Any]) -> None:
    await work


def test_a_damaged_file_is_put_right_by_itself_once(stage: Stage) -> None:
    stage.live("general")
    stage.gateway.tell(up.Ended(Damaged(Code.STORAGE_FAILED, "damaged")))
    assert stage.gateway.restarts == 1
    assert not stage.session.ended
    stage.gateway.tell(up.Ended(Damaged(Code.STORAGE_FAILED, "damaged")))
    assert stage.gateway.restarts == 1
    assert (stage.session.ended, stage.session.bannerText) == (True, "damaged")


def test_what_is_said_in_a_session_that_has_ended_is_kept_on_disk(stage: Stage) -> None:
    stage.live("general")
    stage.gateway.tell(up.Ended(ChatError(Code.KEY_MISMATCH, "Somebody else.")))
    room = stage.session.room
    assert room is not None
    room.composer.setProperty("text", "for the real server")
    room.composer.send()
    stage.session.close()
    kept = Drafts(stage.profile.directory / "drafts.json").get(at("general").id)
    assert [unsent.text for unsent in kept.unsent] == ["for the real server"]


def test_a_closed_room_cannot_be_written_in(stage: Stage) -> None:
    stage.live("general", "zoo")
    stage.session.openRoom("zoo")
    stage.gateway.tell(up.RoomClosed(at("zoo").id, "You are no longer in #zoo."))
    assert stage.session.room is not None
    assert not stage.session.room.canWrite
    assert rows(stage.session.rooms, "name") == ["general"]


def test_a_room_that_is_made_is_shown_once_it_is_open(stage: Stage) -> None:
    stage.live("general")
    stage.gateway.asked.clear()
    stage.session.createRoom("#new", False, "")
    stage.gateway.answer(at("new").id)
    stage.gateway.tell(opened("new"))
    assert stage.session.room is not None
    assert stage.session.room.name == "new"


def test_the_switcher_offers_unread_rooms_first(stage: Stage) -> None:
    stage.live("art", "general")
    stage.count("art", 1)
    stage.session.switcher.setProperty("query", "")
    assert rows(stage.session.switcher, "name") == ["art", "general"]
    stage.session.switcher.setProperty("query", "gn")
    assert rows(stage.session.switcher, "name") == ["general"]
    stage.session.switcher.choose(0)
    assert stage.session.room is not None
    assert stage.session.room.name == "general"


def test_what_is_in_sight_is_marked_as_read_once(stage: Stage) -> None:
    stage.live("general")
    stage.load("general")
    stage.gateway.asked.clear()
    stage.count("general", 3)
    stage.count("general", 4)
    assert stage.session.unread == 0
    assert len(stage.gateway.asked) == 1
    stage.gateway.answer(None)
    stage.count("general", 1, read=4)
    assert len(stage.gateway.asked) == 1


def test_counts_go_where_another_device_read(stage: Stage) -> None:
    stage.live("art", "general")
    stage.count("art", 3, 1)
    assert (stage.session.unread, stage.session.mentions) == (3, 1)
    stage.count("art", 0, read=3)
    assert (stage.session.unread, stage.session.mentions) == (0, 0)


def test_everything_in_a_direct_room_is_to_the_person(stage: Stage) -> None:
    told: list[Notification] = []
    stage.session.notified.connect(told.append)
    stage.live("general", "@bob")
    stage.hear("@bob", event(1, "psst", "bob"))
    stage.count("@bob", 1)
    assert stage.session.mentions == 1
    assert [(one.title, one.named) for one in told] == [("bob", True)]
    assert rows(stage.session.rooms, "title", "kind") == [("general", "public"), ("bob", "direct")]


def test_a_renamed_room_stays_open_with_its_draft(stage: Stage) -> None:
    stage.live("general")
    room = stage.session.room
    assert room is not None
    room.composer.setProperty("text", "not yet")
    stage.gateway.tell(renamed("general", "lobby"))
    assert (room.name, stage.session.room) == ("lobby", room)
    assert room.composer.placeholder == "Message #lobby"
    assert rows(stage.session.rooms, "name", "current") == [("lobby", True)]
    room.composer.send()
    assert stage.gateway.sent[0].room == "lobby"


def test_who_is_typing_and_who_is_there(stage: Stage) -> None:
    stage.live("general")
    room = stage.session.room
    assert room is not None
    stage.gateway.tell(up.Signalled(Typing("general", "ada", True, 1, who("ada").id)))
    assert room.typingText == "ada is typing…"
    stage.gateway.tell(up.Signalled(Typing("general", "bo", True, 1, who("bo").id)))
    assert room.typingText == "ada and bo are typing…"
    stage.hear("general", event(1, "done", "ada"))
    assert room.typingText == "bo is typing…"
    stage.gateway.tell(up.Signalled(PresenceChanged("bo", "online", who("bo").id)))


def test_a_link_to_a_message_leads_there(stage: Stage) -> None:
    stage.live("art", "general")
    stage.load("general", event(1, "x"))
    room = stage.session.room
    assert room is not None
    link = parse_message(room.timeline.linkOf(1))
    stage.session.openRoom("art")
    assert stage.session.follow(link)
    assert stage.session.room is room
    other = JoinLink("chat.example", 5555, KeyPair.generate().public)
    assert not stage.session.follow(MessageLink(other.host, other.port, other.key, 1, 1))


def test_a_message_left_in_the_outbox_is_shown_until_it_arrives(stage: Stage) -> None:
    left = unsent(at("general"), who("maja"), "posted", text="from before")
    stage.gateway.tell(up.Resumed(left))
    stage.live("general")
    room = stage.session.room
    assert room is not None
    assert rows(room.timeline, "plain", "delivery") == [("from before", "pending")]
    stage.gateway.tell(up.Sent(replace(left, seq=4)))
    assert rows(room.timeline, "seq", "delivery") == [(4, "sent")]


def test_an_archived_room_is_read_only(stage: Stage) -> None:
    stage.live("general")
    stage.load("general")
    stage.gateway.found("general", description="all of us", archived=True)
    room = stage.session.room
    assert room is not None
    assert not room.canWrite
    assert "archived" in room.readOnlyText


class Recorder:
    """A chat that notes what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, tuple[Any, ...]]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        async def asked(*args: Any, **_how: Any) -> list[Any]:
            self.asked.append((name, args))
            return []

        return asked


def _asked_of(gateway: FakeGateway) -> list[tuple[str, tuple[Any, ...]]]:
    chat = Recorder()
    while gateway.asked:
        asyncio.run(_awaited(gateway.asked.pop(0).work(chat)))  # type: ignore[arg-type]
    return [each for each in chat.asked if each[0] in {"who", "rooms", "people", "room"}]


def test_no_list_of_the_realm_is_asked_for_when_one_connects(stage: Stage, qtbot: QtBot) -> None:
    ada = who("ada").id
    for _ in range(2):
        stage.live("general", "art", "@ada")
        stage.load("general", event(1, "hello", "ada"))
        qtbot.waitUntil(lambda: bool(stage.gateway.introductions))
        stage.gateway.asked += stage.gateway.introductions
        stage.gateway.introductions.clear()
        people = ("people", ([1, ada],))
        assert sorted(_asked_of(stage.gateway)) == [people, ("room", (at("general").id,))]
        stage.gateway.tell(up.StateChanged("offline"))


def test_whoever_wrote_what_is_open_is_asked_for_again_after_a_gap(
    stage: Stage, qtbot: QtBot
) -> None:
    """Their names, pictures and presence may be others by then; the members may be too many."""
    stage.live("general", "art")
    stage.load("general", event(1, "hello", "bo"))
    qtbot.waitUntil(lambda: bool(stage.gateway.introductions))
    stage.gateway.introductions.clear()
    stage.gateway.tell(up.StateChanged("offline"))
    stage.gateway.tell(up.StateChanged("live"))
    qtbot.waitUntil(lambda: bool(stage.gateway.introductions))
    stage.gateway.asked[:] = stage.gateway.introductions
    assert ("people", ([1, who("bo").id],)) in _asked_of(stage.gateway)


def test_members_are_read_where_they_are_few_or_to_be_seen(stage: Stage) -> None:
    stage.live("general")
    stage.load("general")
    stage.gateway.found("general", members=5000)
    assert shown(stage).memberCount == 5000
    assert _asked_of(stage.gateway) == []
    shown(stage).members.show()
    shown(stage).members.show()  # they are on their way
    assert _asked_of(stage.gateway) == [("who", (at("general").id,))]
    stage.live("art")
    stage.session.openRoom("art")
    stage.load("art")
    stage.gateway.found("art", members=5)
    assert ("who", (at("art").id,)) in _asked_of(stage.gateway)
    stage.session.switcher.opened.emit()
    assert sorted(name for name, _ in _asked_of(stage.gateway)) == ["rooms", "who"]


def test_a_room_that_is_entered_again_is_read_anew(stage: Stage) -> None:
    stage.live("general", "zoo")
    stage.session.openRoom("zoo")
    stage.load("zoo", event(1, "one"))
    zoo = stage.session.room
    stage.session.openRoom("general")
    stage.gateway.tell(up.RoomClosed(at("zoo").id, "You are no longer in #zoo."))
    stage.gateway.looked_at.clear()
    stage.gateway.tell(opened("zoo"))
    assert stage.gateway.looked_at == [at("zoo").id]
    stage.session.openRoom("zoo")
    assert stage.session.room is zoo
    assert zoo is not None
    assert zoo.canWrite


def test_a_mistake_in_one_update_loses_none_behind_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: seen.append(kind))
    stage.live("general")
    stage.load("general")

    def fails(_result: object) -> None:
        raise KeyError("a mistake")

    stage.gateway.tell(up.Answered(fails, None), up.Arrived(at("general").id, [event(1, "one")]))
    assert seen == [KeyError]
    room = stage.session.room
    assert room is not None
    assert rows(room.timeline, "plain") == ["one"]


def test_conversations_that_are_called_alike_are_two(stage: Stage) -> None:
    """No name has a comma; a server that says otherwise still leads nobody astray."""
    ann, ben, odd = Who(44, "ann"), Who(45, "ben"), Who(46, "ann,ben")
    stage.live("general")
    two, one = Where(70, "@ann,ben"), Where(80, "@ann,ben")
    stage.gateway.tell(up.RoomOpened(two, (ann, ben)), up.RoomOpened(one, (odd,)))
    assert rows(stage.session.rooms, "key", "title")[1:] == [
        (":70", "ann, ben"),
        (":80", "ann,ben"),
    ]
    stage.session.openRoom(":80")
    stage.gateway.tell(up.Loaded(80, page(entries(event(1, "from the stranger")))))
    stage.gateway.tell(up.Arrived(70, [event(1, "from both")]))
    shown(stage).timeline.post("for the stranger", 0)
    assert [(sent.room_id, sent.text) for sent in stage.gateway.sent] == [(80, "for the stranger")]
    assert rows(shown(stage).timeline, "plain") == ["for the stranger", "from the stranger"]
    shown(stage).composer.setProperty("text", "half a word")
    stage.session.openRoom(":70")
    assert shown(stage).composer.text == ""
    assert rows(shown(stage).timeline, "plain") == []
    stage.session.talkTo("ann,ben")
    assert shown(stage).id == 70
    stage.session.openRoom(":80")
    assert shown(stage).composer.text == "half a word"


def test_with_another_name_one_is_the_same_person(stage: Stage) -> None:
    stage.live("general")
    stage.load("general", event(1, "mine", "maja"), event(2, "yours", "ada"))
    ada = who("ada").id
    stage.gateway.tell(
        up.Signalled(PersonRenamed(1, "maya", "maja")),
        up.Signalled(PersonRenamed(ada, "adele", "ada")),
    )
    timeline = shown(stage).timeline
    assert stage.session.name == "maya"
    assert rows(timeline, "senderTitle", "mine", "canEdit", "canRedact") == [
        ("adele", False, False, False),
        ("maya", True, True, True),
    ]
    composer = shown(stage).composer
    assert composer.editLast()
    composer.cancel()
    for typed in ("@ada", "@adele"):
        composer.setProperty("text", typed)
        composer.setProperty("cursor", len(typed))
        assert rows(composer.completions, "title") == ["adele"]
        composer.complete(0)
        assert composer.text == "@adele "
    stage.gateway.tell(up.States({}, {ada: "adele"}))
    assert rows(timeline, "kind") == ["folded", "message"]


def test_a_conversation_is_called_anew_while_it_is_open(stage: Stage) -> None:
    stage.live("general", "@ada")
    stage.session.openRoom("@ada")
    stage.gateway.tell(up.RoomRenamed(Where(at("@ada").id, "@adele"), (Who(9, "adele"),)))
    assert (shown(stage).name, shown(stage).title) == ("@adele", "adele")
    shown(stage).timeline.post("hello", 0)
    assert stage.gateway.sent[-1].room_id == at("@ada").id
    assert "@ada" not in rows(stage.session.rooms, "name")
