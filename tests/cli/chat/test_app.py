"""A session: what is typed goes out once, what goes wrong is told, and nobody sees a traceback."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from tests.cli.chat.events import ALICE, BOB, CAROL, at, event, names
from tests.cli.chat.terminal import Terminal
from tests.support.realm import Realm
from tests.support.waiting import eventually, eventually_async
from zmqchat.cli.chat.app import Session
from zmqchat.cli.chat.model import Conversation, Remark
from zmqchat.client import (
    ChatEvent,
    ChatMessage,
    ChatSignal,
    Notice,
    NoticeKind,
    PresenceChanged,
    RoomState,
    Typing,
)
from zmqchat.client.messages import FoundMessages, posted_of
from zmqchat.client.naming import Where
from zmqchat.errors import ChatError, Code, Refused
from zmqchat.protocol.who import Who
from zmqchat.sync.effects import State

_CTRL_C, _CTRL_D = "\x03", "\x04"


class _Chat:
    """The SDK's chat as the session uses it, with a log of 250 messages in #general."""

    me = ALICE
    waiting = 0
    latency = 0.002
    retry_in: float | None = None

    def __init__(self) -> None:
        self.state = State.LIVE
        self.joined_rooms = [at("general")]
        self.error: ChatError | None = None
        self.refuses: ChatError | None = None
        self.posted: list[tuple[int, str]] = []
        self.log = [event(seq, minutes=seq) for seq in range(1, 251)]
        self.more = asyncio.Event()
        self.signalled: asyncio.Queue[ChatSignal] = asyncio.Queue()
        self.ignored: dict[int, str] = {}
        self.read = 0
        self.rewound = False
        self.told: list[tuple[str, str | int]] = []
        self.hurried = 0

    def reconnect_now(self) -> None:
        self.hurried += 1

    async def post(self, room: int, text: str) -> asyncio.Future[ChatEvent]:
        future: asyncio.Future[ChatEvent] = asyncio.get_running_loop().create_future()
        if self.refuses is not None:
            future.set_exception(self.refuses)
        else:
            self.posted.append((room, text))
            self.log.append(event(len(self.log) + 1, text, "alice", minutes=len(self.log)))
            self.more.set()
            future.set_result(self.log[-1])
        return future

    async def history(
        self, room: int, before: int | None = None, limit: int = 50
    ) -> list[ChatMessage]:
        if room != at("general").id:
            return []
        return [posted_of(each) for each in self.log[: before - 1 if before else None][-limit:]]

    async def events(self, room: int, since: int | None = None) -> AsyncIterator[ChatEvent]:
        position = since or 0
        while room != at("general").id:
            await asyncio.Event().wait()  # nothing is said there
        while True:
            for each in self.log[position:]:
                yield each
            position = len(self.log)
            if self.rewound:
                self.rewound, position = False, position - 1
                continue
            self.more.clear()
            await self.more.wait()
            if self.error is not None:
                raise self.error

    async def who(self, _room: int | None = None, *, pause_s: float = 0) -> list[dict[str, Any]]:
        return [
            {"name": "bob", "presence": "online", "status": "busy", "active": True}
            | {"user_id": BOB.id, "former": []},
            {"name": "carol", "presence": "away", "status": "", "active": True}
            | {"user_id": CAROL.id, "former": ["caroline"]},
        ]

    async def rooms(self, *, pause_s: float = 0) -> list[dict[str, Any]]:
        return [
            {"name": "ops", "members": 1, "member": False, "description": "alarms"}
            | {"archived": False, "invited": False},
            {"name": "den", "members": 2, "member": False, "description": ""}
            | {"archived": False, "invited": True},
        ]

    async def enter(self, room: str) -> None:
        if room.casefold() == "general":
            return
        if room.casefold() != "ops":
            raise Refused(Code.NOT_FOUND, "There is no such room.")
        if at("ops") not in self.joined_rooms:
            self.joined_rooms.append(at("ops"))

    async def create(self, room: str) -> str:
        return room

    async def leave(self, room: int) -> None:
        self.joined_rooms.remove(self.where(room))

    async def find(self, room: str) -> Where:
        if room.startswith("@"):
            self.joined_rooms.append(at(room.replace(" ", "")))
            return self.joined_rooms[-1]
        for each in self.joined_rooms:
            if each.name.casefold() == room.casefold():
                return each
        raise Refused(Code.FORBIDDEN, "You are not in that room.")

    def where(self, room: int) -> Where:
        return next(each for each in (*self.joined_rooms, at("ops")) if each.id == room)

    def others_in(self, _room: int) -> tuple[Who, ...]:
        return ()

    async def signals(self) -> AsyncIterator[ChatSignal]:
        while True:
            yield await self.signalled.get()

    async def room_states(self) -> dict[int, RoomState]:
        unread, seq = len(self.log) - self.read, len(self.log)
        return {1: RoomState("general", self.read, unread, 0, seq, "all", False, room_id=1)}

    async def mark_read(self, _room: int, seq: int | None = None) -> None:
        self.read = seq or 0

    async def typing(self, room: int) -> None:
        self.told.append(("typing", room))

    async def set_presence(self, presence: str) -> None:
        self.told.append(("presence", presence))

    async def set_profile(self, *, status: str) -> None:
        self.told.append(("status", status))

    async def _put(self, kind: str, **details: Any) -> ChatEvent:
        number = len(self.log) + 1
        self.log.append(event(number, kind=kind, sender="alice", minutes=number, **details))
        self.more.set()
        return self.log[-1]

    async def send(self, _room: int, text: str, reply_to: int | None = None) -> ChatEvent:
        return await self._put("posted", text=text, reply_to=reply_to)

    async def edit(self, _room: int, seq: int, text: str) -> ChatEvent:
        return await self._put("edited", target=seq, text=text)

    async def redact(self, _room: int, seq: int) -> ChatEvent:
        return await self._put("redacted", target=seq)

    async def react(self, _room: int, seq: int, emoji: str, *, remove: bool) -> ChatEvent:
        return await self._put("unreacted" if remove else "reacted", target=seq, emoji=emoji)

    async def search(self, query: str, limit: int) -> FoundMessages:
        found = [posted_of(each) for each in self.log if query in (each.text or "")]
        return FoundMessages(found[::-1][:limit])


class _Run:
    """A running session, its keys, and what it knows."""

    def __init__(self, chat: _Chat, first: str | None, keys: PipeInput) -> None:
        self.chat = chat
        self.keys = keys
        self.notices: asyncio.Queue[Notice] = asyncio.Queue()
        self.session = Session(chat, self.notices, first)  # type: ignore[arg-type]
        self.done = asyncio.create_task(self.session.run())

    @property
    def conversation(self) -> Conversation:
        return self.session._conversation

    @property
    def remarks(self) -> list[str]:
        entries = self.conversation.shown.entries
        return [entry.text for entry in entries if isinstance(entry, Remark)]

    def seqs(self) -> list[int]:
        entries = self.conversation.shown.entries
        return [entry.seq for entry in entries if not isinstance(entry, Remark)]

    async def loaded(self) -> None:
        await eventually_async(lambda: 250 in self.seqs())

    async def told(self, text: str) -> None:
        await eventually_async(lambda: any(text in remark for remark in self.remarks))

    def types(self, *lines: str) -> None:
        for line in lines:
            self.keys.send_text(line + "\r")


def _session(work: Callable[[_Run], Awaitable[None]], first: str | None = None) -> None:
    async def main() -> None:
        with create_pipe_input() as keys, create_app_session(keys, DummyOutput()):
            run = _Run(_Chat(), first, keys)
            await work(run)
            if not run.done.done():
                keys.send_text(_CTRL_C + _CTRL_C)
                await asyncio.wait_for(run.done, 20)

    asyncio.run(main())


def test_the_last_page_is_shown_and_older_ones_come_in_to_the_beginning() -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        assert run.seqs() == list(range(151, 251))
        for _ in range(3):
            before = run.conversation.shown.oldest
            run.session._read_back()
            run.session._read_back()
            await eventually_async(
                lambda before=before: (  # type: ignore[misc]
                    run.conversation.shown.whole or run.conversation.shown.oldest != before
                )
            )
        assert run.seqs() == list(range(1, 251))

    _session(work)


def test_what_is_typed_is_sent_and_seen_once() -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        run.types("hello", "//etc is a directory")
        await eventually_async(lambda: 252 in run.seqs() and not run.conversation.shown.outgoing)
        assert run.chat.posted == [(1, "hello"), (1, "/etc is a directory")]

    _session(work)


def test_a_refused_message_comes_back_with_the_reason() -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        run.chat.refuses = Refused(Code.FORBIDDEN, "Not here.")
        run.types("hello")
        await run.told("(not sent: Not here.)")
        assert run.session._screen.composer.text == "hello"
        assert run.conversation.unsent == 0

    _session(work)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("/nonsense", "There is no command /nonsense"),
        ("/join", "/join ROOM: which one?"),
        ("x" * 70_000, "70000 bytes"),
    ],
)
def test_what_cannot_be_done_is_told_and_stays(typed: str, answer: str) -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        run.session._screen.composer.text = typed
        run.types("")
        await run.told(answer)
        assert run.session._screen.composer.text == typed
        assert run.chat.posted == []

    _session(work)


@pytest.mark.parametrize(
    ("pasted", "sent"),
    [
        ("/usr/bin/env: bad interpreter", "/usr/bin/env: bad interpreter"),
        ("/etc/passwd\n/etc/group", "/etc/passwd\n/etc/group"),
        ("/quit\nsays the manual", "/quit\nsays the manual"),
        ("//help is a command", "/help is a command"),
    ],
)
def test_what_is_pasted_is_a_message(pasted: str, sent: str) -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        run.session._screen.composer.text = pasted
        run.types("")
        await eventually_async(lambda: [text for _, text in run.chat.posted] == [sent])

    _session(work)


def test_commands_answer_in_the_timeline() -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        run.types("/who", "/rooms", "/HELP", "/join #nowhere")
        await run.told("Here: bob (busy).")
        await run.told("Away: carol.")
        await run.told("#ops (1 member) – alarms")
        await run.told("#den (2 members, you are invited)")
        await run.told("/quit")
        await run.told("/create nowhere makes it")
        completed = {("@bob", "@bob"), ("@caroline", "@carol"), ("#ops", "#ops")}
        assert completed <= set(run.conversation.names_to_complete())

    _session(work)


def _message(run: _Run, seq: int) -> ChatMessage:
    message = run.conversation.shown.message(seq)
    assert message is not None
    return message


def test_messages_are_changed_answered_and_found() -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        run.types("mine")
        await eventually_async(lambda: 251 in run.seqs())
        run.types("/edit mended", "/react 250 👍", "/reply 250 why?", "/redact 249")
        await eventually_async(lambda: _message(run, 249).redacted)
        assert _message(run, 251).text == "mended"
        assert [each.names for each in _message(run, 250).reactions] == [("alice",)]
        assert _message(run, 250).replies == 1
        run.types("/react 250 👍\ufe0f")  # as some keyboards write it
        await eventually_async(lambda: not _message(run, 250).reactions)
        run.types("/search why?", "/search nothing like it", "/react x")
        await run.told("  #general 254")
        await run.told("Nothing was found for nothing like it.")
        await run.told("/react NUMBER EMOJI: messages have their numbers at the right.")

    _session(work)


def test_up_puts_the_last_message_into_the_composer() -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        run.types("mine")
        await eventually_async(lambda: 251 in run.seqs())
        run.keys.send_text("\x1b[A")
        composer = run.session._screen.composer
        await eventually_async(lambda: composer.text == "/edit 251 mine")
        run.keys.send_text("d\r")
        await eventually_async(lambda: _message(run, 251).text == "mined")

    _session(work)


def test_who_writes_and_who_is_there_is_seen_and_told() -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        run.chat.signalled.put_nowait(Typing("general", "bob", True, 1, BOB.id))
        run.chat.signalled.put_nowait(PresenceChanged("bob", "away", BOB.id))
        await eventually_async(lambda: run.conversation.presence.get(BOB.id) == "away")
        assert run.conversation.shown.typing == {BOB.id: "bob"}
        run.chat.signalled.put_nowait(Typing("general", "bob", False, 1, BOB.id))
        await eventually_async(lambda: not run.conversation.shown.typing)
        run.keys.send_text("hel")
        await eventually_async(lambda: ("typing", 1) in run.chat.told)
        run.types("lo", "/status at lunch", "/away")
        await eventually_async(lambda: ("status", "at lunch") in run.chat.told)

    _session(work)


def test_what_is_in_sight_is_marked_as_read() -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        await eventually_async(lambda: run.chat.read == 250)

    _session(work)


def test_a_log_that_went_back_is_loaded_anew() -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        run.chat.log = [*run.chat.log[:199], event(200, "other")]
        run.chat.rewound = True
        run.chat.more.set()
        await eventually_async(lambda: run.conversation.shown.newest == 200)
        assert run.seqs() == list(range(101, 201))
        assert _message(run, 200).text == "other"

    _session(work)


def test_a_talk_with_somebody_is_opened() -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        run.types("/dm @bob, carol")
        await eventually_async(lambda: run.conversation.shown.name == "@bob,carol")

    _session(work)


def test_rooms_are_entered_looked_at_and_left() -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        run.types("/join OPS")
        await eventually_async(lambda: run.conversation.shown.name == "ops")
        run.types("/join General")
        await eventually_async(lambda: run.conversation.shown.name == "general")
        run.types("/join ops", "/leave")
        await eventually_async(lambda: "ops" not in names(run.conversation))
        assert run.chat.joined_rooms == [at("general")]

    _session(work)


def test_the_room_asked_for_is_looked_at_first_and_entered() -> None:
    async def work(run: _Run) -> None:
        await eventually_async(lambda: run.conversation.shown.name == "ops")

    _session(work, first="Ops")


def test_notices_change_what_is_shown() -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        for notice in (
            Notice(NoticeKind.STATE, None, "offline"),
            Notice(NoticeKind.COMPLETE, "general", "", 250, room_id=1),
            Notice(NoticeKind.ROOM_OPENED, "ops", "", room_id=at("ops").id),
            Notice(NoticeKind.FORGED, "general", "something forged was dropped", room_id=1),
        ):
            run.notices.put_nowait(notice)
        await run.told("something forged")
        assert run.conversation.state == "offline"
        assert run.conversation.shown.complete_to == 250
        text, ops = "You are no longer in #ops.", at("ops")
        run.notices.put_nowait(Notice(NoticeKind.ROOM_CLOSED, "ops", text, room_id=ops.id))
        await run.told("no longer in #ops")
        assert names(run.conversation) == ["general"]

    _session(work)


def test_without_a_server_the_profile_is_shown_until_there_is_one() -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        run.chat.log.append(event(251))
        run.chat.state = State.LIVE
        run.notices.put_nowait(Notice(NoticeKind.STATE, None, "live"))
        await eventually_async(lambda: run.conversation.shown.newest == 251)
        assert run.seqs() == list(range(152, 252))

    original = _Chat.__init__

    def offline(self: _Chat) -> None:
        original(self)
        self.state = State.CONNECTING

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Chat, "__init__", offline)
        _session(work)


def test_who_does_not_want_to_wait_for_the_server_says_so() -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        run.types("/reconnect")
        await run.told("nothing to wait for")
        assert not run.chat.hurried
        run.chat.retry_in = 4.0
        run.types("/reconnect")
        await eventually_async(lambda: run.chat.hurried == 1)

    _session(work)


def test_leaving_without_a_server_says_what_waits() -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        run.chat.waiting = 2
        run.chat.state = State.OFFLINE
        run.notices.put_nowait(Notice(NoticeKind.STATE, None, "offline"))
        await eventually_async(lambda: run.conversation.state == "offline")
        run.types("/quit")
        with pytest.raises(ChatError, match="2 of your messages wait in the outbox"):
            await asyncio.wait_for(run.done, 20)

    _session(work)


def test_what_ends_the_client_ends_the_screen() -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        run.chat.error = ChatError(Code.KEY_MISMATCH, "Not your server.")
        run.chat.more.set()
        with pytest.raises(ChatError, match="Not your server"):
            await asyncio.wait_for(run.done, 20)

    _session(work)


def test_a_bug_ends_the_screen_too() -> None:
    async def work(run: _Run) -> None:
        await run.loaded()
        asyncio.get_running_loop().call_soon(lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await asyncio.wait_for(run.done, 20)

    _session(work)


def test_a_person_at_a_terminal(realm: Realm) -> None:
    """From the first start to the end: a name, a talk, and a server that is killed meanwhile."""
    bob, alice = realm.person("bob"), realm.stranger("alice")
    with Terminal(alice.home, "chat", "--data", str(realm.data)) as terminal:
        terminal.says("Name: ")
        terminal.types("bob\r")
        terminal.says("is taken")
        terminal.types("alice\r")
        terminal.shows(" live ")
        bob.does("send", "general", "\x1b[2Jgood \x1b]0;evil\x07morning")
        terminal.shows("good morning")
        terminal.types("hello 世界\r")
        eventually(lambda: "hello 世界" in bob.does("history", "general"))
        realm.kill("server")
        terminal.types("typed meanwhile\r")
        terminal.shows("typed meanwhile")
        eventually(lambda: "typed meanwhile" in bob.does("history", "general"))
        terminal.shows(" live ")
        terminal.types(_CTRL_D)
        assert terminal.wait() == 0
        assert "Traceback" not in terminal.written
        assert "]0;evil" not in terminal.written
    lines = bob.does("history", "general", "--json").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    assert texts[1:] == ["hello 世界", "typed meanwhile"]


def test_what_is_written_without_a_server_goes_out_with_the_next_start(realm: Realm) -> None:
    alice = realm.person("alice")
    alice.does("send", "general", "before")
    realm.stop()
    with Terminal(alice.home, "chat") as terminal:
        terminal.shows("#general")
        terminal.types("written meanwhile\r")
        terminal.shows("1 to send")
        terminal.types(_CTRL_C)
        assert terminal.wait() == 1
        assert "1 of your messages wait in the outbox" in terminal.written
    realm.start()
    with Terminal(alice.home, "chat", "General") as terminal:
        terminal.shows("written meanwhile")
        terminal.shows(" live ")
        terminal.types("/quit\r")
        assert terminal.wait() == 0
    lines = alice.does("history", "general", "--json").splitlines()
    assert [json.loads(line)["text"] for line in lines] == ["before", "written meanwhile"]


def test_people_are_renamed_while_somebody_looks(realm: Realm) -> None:
    alice, bob = realm.person("alice"), realm.person("bob")
    data = ("--data", str(realm.data))
    bob.does("send", "@alice", "hello alice")
    with Terminal(alice.home, "chat") as terminal:
        terminal.shows("@bob")
        terminal.types("of mine\r")
        eventually(lambda: "of mine" in bob.does("history", "general"))
        (mine,) = map(json.loads, alice.does("history", "general", "--json").splitlines())
        bob.does("admin", "rename", "bob", "robert", *data)
        terminal.shows("@robert")
        bob.does("admin", "rename", "alice", "alicia", *data)
        terminal.shows("alicia")
        terminal.types("\x1b[A")
        terminal.shows(f"/edit {mine['seq']} of mine")
        terminal.types(", changed\r")
        eventually(lambda: "of mine, changed" in bob.does("history", "general"))
        terminal.types("/dm bob\r")
        terminal.shows("hello alice")
        terminal.types("hello robert\r")
        eventually(lambda: "hello robert" in bob.does("history", "@alice"))
        terminal.types(_CTRL_D)
        assert terminal.wait() == 0
