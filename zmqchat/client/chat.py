"""The chat as a program holds it: send, listen, look around."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable
from contextlib import aclosing
from typing import Any

from zmqchat.client.engine import Engine
from zmqchat.client.events import ChatEvent, acknowledged_of, event_of, events_of, message_of
from zmqchat.client.ids import new_id
from zmqchat.client.reader import Reader
from zmqchat.errors import ChatError, Code, Refused, Unavailable, UsageError
from zmqchat.protocol import codec, limits
from zmqchat.protocol.events import (
    TYPE_OF_BODY,
    Banned,
    Body,
    Invited,
    Joined,
    Kicked,
    Left,
    Posted,
    Unbanned,
)
from zmqchat.protocol.people import Presence
from zmqchat.protocol.replies import Messages, People, RoomCreated, RoomList
from zmqchat.protocol.requests import CreateRoom, History, Members, Rooms, SendItem
from zmqchat.protocol.rooms import RoomEntry, RoomInfo
from zmqchat.sync import effects as fx
from zmqchat.sync.effects import State

_OPEN_S = 10.0
_LAST_SEQ = 2**63 - 1


class Chat:
    """A person in a realm, connected. Made by `connect` and `open_profile`.

    Rooms are named without `#`. Everything goes on across broken connections: sends stay in the
    outbox until they are acknowledged, and events are caught up with.
    """

    def __init__(self, engine: Engine, me: str, names: dict[int, str]) -> None:
        self._engine = engine
        self._names = names
        self._me = me
        self._numbers: dict[str, int] = {}  # rooms as they were found last, by how they were named

    # ── who and how ──────────────────────────────────────────────────────────────────────────────

    @property
    def name(self) -> str:
        """The user's name, as the server writes it once it was reached."""
        welcome = self._engine.machine.welcome
        return welcome.name if welcome else self._me

    @property
    def state(self) -> State:
        """How the client stands to its server."""
        return self._engine.machine.state

    @property
    def error(self) -> ChatError | None:
        """What ended this client for good (the server refused it, its disk is full), if it has."""
        return self._engine.error

    @property
    def latency(self) -> float | None:
        """Seconds from the commit of the newest live event to its arrival here, or None."""
        return self._engine.latency

    @property
    def clock_offset(self) -> float | None:
        """Seconds that the server's clock is ahead of this machine's, or None before a reply."""
        server_us = self._engine.machine.clock.server_us(asyncio.get_running_loop().time())
        return None if server_us is None else server_us / 1e6 - time.time()

    @property
    def retry_in(self) -> float | None:
        """Seconds until the next attempt to connect, while the client is offline and waits."""
        wakeup = self._engine.machine.wakeup() if self.state is State.OFFLINE else None
        return None if wakeup is None else max(0.0, wakeup - asyncio.get_running_loop().time())

    @property
    def joined(self) -> list[str]:
        """The names of the rooms that the user is a member of, also offline."""
        infos = self._engine.machine.rooms.infos
        return sorted(info.name for info in infos.values()) or sorted(self._names.values())

    @property
    def waiting(self) -> int:
        """How many sends are not yet acknowledged."""
        return self._engine.waiting

    def complete_to(self, room: str) -> int | None:
        """The seq up to which the server's head confirms the room whole, or None before that."""
        info = self._known(room)
        timeline = self._engine.machine.rooms.timelines.get(info.room) if info else None
        return timeline.completed if timeline and timeline.completed >= 0 else None

    # ── sending ──────────────────────────────────────────────────────────────────────────────────

    async def send(self, room: str, text: str, reply_to: int | None = None) -> ChatEvent:
        """Send a message; returns it when it is on the server's disk.

        UsageError when it can never be sent, Refused when the server says no.
        """
        return await (await self.post(room, text, reply_to))

    async def post(
        self, room: str, text: str, reply_to: int | None = None
    ) -> asyncio.Future[ChatEvent]:
        """Put a message into the outbox, and return the future of its acknowledgement.

        It waits only while the outbox is full. Messages to a room keep their order.
        """
        body = Posted(text, reply_to)
        check_text(text)
        check_seq(reply_to)
        info = await self._room(room, offline=True)
        await self._engine.room_in_outbox()
        return self._post(info.room, info.name, body)

    async def send_many(
        self, room: str, texts: Iterable[str] | AsyncIterable[str]
    ) -> AsyncGenerator[ChatEvent, None]:
        """Send messages without waiting for each; yields them, acknowledged, in their order."""
        under_way: asyncio.Queue[asyncio.Future[ChatEvent] | None] = asyncio.Queue(10_000)

        async def feed() -> None:
            try:
                async for text in _each(texts):
                    await under_way.put(await self.post(room, text))
            finally:
                await under_way.put(None)

        task = asyncio.create_task(feed())
        try:
            while (future := await under_way.get()) is not None:
                yield await future
            await task
        finally:
            task.cancel()

    def _post(self, room: int, name: str, body: Body) -> asyncio.Future[ChatEvent]:
        item = SendItem(new_id(), room, TYPE_OF_BODY[type(body)], codec.encode(body))
        result: asyncio.Future[ChatEvent] = asyncio.get_running_loop().create_future()
        sent = self._engine.post(item)

        def done(sent: asyncio.Future[fx.Acknowledged]) -> None:
            if result.done():
                return
            error = sent.exception()
            if error is None:
                result.set_result(acknowledged_of(name, self.name, item, sent.result()))
            else:
                result.set_exception(error)
                result.exception()  # `post` without waiting: the notice tells

        sent.add_done_callback(done)
        return result

    async def flush(self) -> None:
        """Until every send is acknowledged or refused."""
        while self._engine.waiting:
            self._engine.check()
            await self._engine.changed.wait()

    # ── reading ──────────────────────────────────────────────────────────────────────────────────

    async def events(self, room: str, since: int | None = None) -> AsyncGenerator[ChatEvent, None]:
        """The room's events with seq > `since`, in order and without holes, then live ones.

        Without `since`, what comes from now on. A reader that is slow slows itself only.
        Refused(FORBIDDEN) when the user is no longer a member. After a rollback of the server
        (a notice says so) the events of the server's log follow from where it went back to.
        """
        async with aclosing(self.batches(room, since)) as batches:
            async for batch in batches:
                for event in batch:
                    yield event

    async def batches(
        self, room: str, since: int | None = None
    ) -> AsyncGenerator[list[ChatEvent], None]:
        """`events`, in lists of what is there together: 1 to 2,000 events each.

        For programs that do something once for many events, such as showing them. After a
        rollback a batch begins with a seq that is not above the one before it, and never within.
        """
        check_seq(since)
        if not self._engine.listens:
            raise UsageError("this chat was opened with listen=False and hears no events")
        info = await self._room(room)
        reader = Reader(self._engine, info.room, since)
        while True:
            yield events_of(info.name, await reader.next())

    async def history(
        self, room: str, before: int | None = None, limit: int = 50
    ) -> list[ChatEvent]:
        """Up to `limit` messages with a seq below `before` (None: the newest), oldest first.

        Offline it is what the profile holds.
        """
        check_seq(before)
        info = await self._room(room, offline=True)
        cache = self._engine.cache
        if cache is not None and self.state in {State.OFFLINE, State.CONNECTING}:
            events = cache.messages(info.room, before, limit)
            return [event_of(info.name, event) for event in events]
        pages: list[ChatEvent] = []
        while len(pages) < limit:
            want = min(limits.HISTORY_MESSAGES, limit - len(pages))
            reply = await self._engine.call(History(info.room, before, want))
            if not isinstance(reply, Messages) or not reply.messages:
                break
            pages[:0] = [message_of(info.name, message) for message in reply.messages]
            before = pages[0].seq
            if not reply.more:
                break
        return pages

    # ── rooms and people ─────────────────────────────────────────────────────────────────────────

    async def rooms(self) -> list[dict[str, Any]]:
        """The rooms that can be found: name, kind, member, members, seq, description."""
        return [
            {
                "name": entry.name,
                "kind": entry.kind.value,
                "member": entry.member,
                "members": entry.members,
                "seq": entry.seq,
                "description": entry.description,
            }
            for entry in await self._directory()
        ]

    async def who(self, room: str | None = None) -> list[dict[str, Any]]:
        """The members of a room, or everybody: name, role (of a room), online."""
        info = await self._room(room) if room is not None else None
        people: list[dict[str, Any]] = []
        more = True
        while more:
            after = people[-1]["name"] if people else ""
            reply = await self._engine.call(Members(info.room if info else None, after))
            if not isinstance(reply, People) or not reply.people:
                break
            people.extend(
                {
                    "name": p.name,
                    "role": p.role.value if p.role else None,
                    "online": p.presence is Presence.ONLINE,
                }
                for p in reply.people
            )
            more = reply.more
        return people

    async def create(self, room: str, *, private: bool = False, description: str = "") -> str:
        """Make a room with the user as its owner; returns its name as the server writes it."""
        request = CreateRoom(new_id(), _bare(room), private, description)
        reply = await self._engine.call(request)
        assert isinstance(reply, RoomCreated)
        return reply.room.name

    async def enter(self, room: str) -> None:
        """Become a member of a public room; nothing when the user is one."""
        name = _bare(room)
        entry = next((e for e in await self._directory() if _same(e.name, name)), None)
        if entry is None:
            raise _no_room(name)
        if not entry.member:
            await self._post(entry.room, entry.name, Joined(self.name))
        self._engine.open_room(entry.room)
        await self._room(name)

    async def leave(self, room: str) -> None:
        """Be no member any more."""
        info = await self._room(room)
        await self._post(info.room, info.name, Left(self.name))

    async def invite(self, room: str, name: str) -> None:
        """Make somebody a member, who then reads the whole history."""
        await self._about_member(room, Invited(name))

    async def kick(self, room: str, name: str) -> None:
        """Remove a member, who hears nothing more from that instant; moderators and owners may."""
        await self._about_member(room, Kicked(name))

    async def ban(self, room: str, name: str) -> None:
        """Remove somebody, who may not return before `unban`; moderators and owners may."""
        await self._about_member(room, Banned(name))

    async def unban(self, room: str, name: str) -> None:
        """Let somebody in again who was banned; moderators and owners may."""
        await self._about_member(room, Unbanned(name))

    async def _about_member(self, room: str, body: Invited | Kicked | Banned | Unbanned) -> None:
        info = await self._room(room)
        await self._post(info.room, info.name, body)

    async def _directory(self) -> list[RoomEntry]:
        reply = await self._engine.call(Rooms())
        return reply.rooms if isinstance(reply, RoomList) else []

    def _known(self, room: str) -> RoomInfo | None:
        infos, name = self._engine.machine.rooms.infos, _bare(room)
        info = infos.get(self._numbers.get(room, -1))
        if info is None or not _same(info.name, name):
            info = next((info for info in infos.values() if _same(info.name, name)), None)
        if info is not None:
            self._numbers[room] = info.room
        return info

    async def _room(self, room: str, *, offline: bool = False) -> RoomInfo:
        """The room with this name, which the user must be a member of.

        A room that was entered a moment ago may not have been opened yet: the server decides.
        """
        info = self._known(room)
        if info is not None:
            return info
        cache = self._engine.cache
        if offline and self._engine.machine.welcome is None and cache is not None:
            info = next((i for i in cache.rooms() if _same(i.name, _bare(room))), None)
            if info is not None:
                return info
        entry = next((e for e in await self._directory() if _same(e.name, _bare(room))), None)
        if entry is None:
            raise _no_room(_bare(room))
        if not entry.member:
            raise Refused(
                Code.FORBIDDEN,
                f"You are not in the room {entry.name!r}. Enter it first: "
                f"zmqchat enter {entry.name}",
            )
        return await self._opened(entry)

    async def _opened(self, entry: RoomEntry) -> RoomInfo:
        self._engine.open_room(entry.room)
        try:
            async with asyncio.timeout(_OPEN_S):
                while (info := self._engine.machine.rooms.infos.get(entry.room)) is None:
                    self._engine.check()
                    await self._engine.changed.wait()
        except TimeoutError:
            raise Unavailable(
                Code.UNREACHABLE, f"The server did not open the room {entry.name!r} in time."
            ) from None
        return info


def check_text(text: str) -> None:
    """UsageError when no server would take this text."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise UsageError(
            "the message is not valid Unicode; nothing was sent", Code.BAD_REQUEST
        ) from None
    if not text.strip():
        raise UsageError("the message is empty; nothing was sent")
    if size > limits.TEXT_BYTES:
        raise UsageError(
            f"the message has {size} bytes and {limits.TEXT_BYTES} are allowed; nothing was sent. "
            "Send it in parts.",
            Code.TOO_LARGE,
        )


def check_seq(seq: int | None) -> None:
    """UsageError for what can be no event's number."""
    if seq is not None and not 0 <= seq <= _LAST_SEQ:
        raise UsageError(f"a seq is 0 to {_LAST_SEQ}, not {seq}")


def _bare(room: str) -> str:
    return room.removeprefix("#")


def _same(one: str, other: str) -> bool:
    return one == other or one.casefold() == other.casefold()


def _no_room(name: str) -> Refused:
    return Refused(Code.NOT_FOUND, f"There is no room {name!r} that you can find.")


async def _each(texts: Iterable[str] | AsyncIterable[str]) -> AsyncIterator[str]:
    if isinstance(texts, AsyncIterable):
        async for text in texts:
            yield text
    else:
        for text in texts:
            yield text
