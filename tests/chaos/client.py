"""A client of a chaos run: it posts, reads all its rooms, and says so on stdout, a record a line.

    client LINK NAME PROCESS RATE [CODE DEVICE]

PROCESS counts the processes of this client: its messages are called `CLIENT/PROCESS/NUMBER`, in the
order in which they were posted. RATE is how many there are a second. With CODE it joins as a
further device, called DEVICE. What it is asked for comes on stdin, an `Ask` a line.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec

from tests.chaos.records import END, Record, What
from tests.chaos.recovery import ROOM
from zmqchat.client import Chat, ChatEvent, Notice, connect
from zmqchat.client.naming import Where
from zmqchat.errors import ChatError, Code, Refused

_JOIN_S = 60.0
_LOOK_S = 0.1
_SHARE = 0.6
"""So much of what is posted goes into the room where everybody is."""


class Ask(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the driver wants of a client; `number` comes back with the answer."""

    number: int
    do: str
    room: str = ""
    who: str = ""


def say(what: What, **fields: object) -> None:
    """One record, now."""
    record = Record(time.monotonic_ns(), what, **fields)  # type: ignore[arg-type]
    os.write(1, msgspec.json.encode(record) + b"\n")


class Agent:
    """One process of a client."""

    def __init__(self, chat: Chat, name: str, process: int, rate: float) -> None:
        self._chat = chat
        self._name = name
        self._process = process
        self._rate = rate
        self._chance = random.Random(f"{name}/{process}")
        self._posts = rate > 0
        self._readers: dict[int, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._abilities: dict[str, Callable[[Ask], Awaitable[str | None]]] = {
            "create": self._create,
            "create-private": self._create,
            "enter": self._enter,
            "invite": self._invite,
            "kick": self._kick,
            "code": self._code,
            "remove": self._remove,
            "search": self._search,
            "quiet": self._quiet,
            "end": self._end,
        }
        self.ended = asyncio.Event()

    async def run(self) -> None:
        """Until it is told to end, or can do nothing more."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.ended.set)
        for event, acknowledgement in self._chat.resumed:
            self._follow(event.room, event.text or "", acknowledgement)
        self._spawn(self._listen())
        self._spawn(self._post())
        self._spawn(self._obey())
        await self.ended.wait()
        for task in (*self._tasks, *self._readers.values()):
            task.cancel()

    def _spawn(self, work: Awaitable[None]) -> None:
        async def guarded() -> None:
            try:
                await work
            except ChatError as error:
                say(What.OVER, type=error.code.value, text=error.message)
                self.ended.set()

        task = asyncio.create_task(guarded())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ── reading ──────────────────────────────────────────────────────────────────────────────────

    async def _listen(self) -> None:
        """A reader for every room that the client is in; again where it was out meanwhile."""
        while True:
            if self._chat.error is not None:
                raise self._chat.error
            for room in self._chat.joined_rooms:
                reader = self._readers.get(room.id)
                if reader is None or reader.done():
                    self._readers[room.id] = asyncio.create_task(self._read(room))
            await asyncio.sleep(_LOOK_S)

    async def _read(self, room: Where) -> None:
        say(What.READING, room=room.name)
        with suppress(ChatError):  # out of the room, or over: `_listen` sees to it
            async for event in self._chat.events(room.id, 0):
                say(
                    What.EVENT,
                    room=room.name,
                    seq=event.seq,
                    type=event.type,
                    who=event.sender,
                    text=event.text or event.member or "",
                )

    # ── posting ──────────────────────────────────────────────────────────────────────────────────

    async def _post(self) -> None:
        number = 0
        while self._posts:
            await asyncio.sleep(self._chance.expovariate(self._rate))
            rooms = self._chat.joined_rooms
            common = [room for room in rooms if room.name == ROOM]
            if rooms and self._posts:
                number += 1
                one = common[0] if common and self._chance.random() < _SHARE else None
                text = f"{self._name}/{self._process}/{number}"
                await self._put(one or self._chance.choice(rooms), text)

    async def _put(self, room: Where, text: str) -> None:
        try:
            acknowledgement = await self._chat.post(room.id, text)
        except Refused as error:
            say(What.REFUSED, room=room.name, text=text, type=error.code.value)
            return
        await asyncio.sleep(0)  # `post`: it is on disk at the end of this turn of the loop
        if not acknowledgement.done() or acknowledgement.exception() is None:
            say(What.TAKEN, room=room.name, text=text)
        self._follow(room.name, text, acknowledgement)

    def _follow(self, room: str, text: str, acknowledgement: asyncio.Future[ChatEvent]) -> None:
        def settled(future: asyncio.Future[ChatEvent]) -> None:
            error = future.exception()
            if error is None:
                say(What.ACKED, room=room, seq=future.result().seq, text=text)
            elif not isinstance(error, ChatError):
                raise error
            elif error.code is not Code.UNREACHABLE:  # closed: it stays in the outbox
                say(What.REFUSED, room=room, text=text, type=error.code.value)

        acknowledgement.add_done_callback(settled)

    # ── what the driver asks for ─────────────────────────────────────────────────────────────────

    async def _obey(self) -> None:
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            self._spawn(self._answer(msgspec.json.decode(line, type=Ask)))

    async def _answer(self, ask: Ask) -> None:
        try:
            said = await self._do(ask)
        except Refused as error:
            said = error.code.value
        say(What.DID, seq=ask.number, text=said)

    async def _do(self, ask: Ask) -> str:
        return await self._abilities[ask.do](ask) or "done"

    async def _create(self, ask: Ask) -> None:
        await self._chat.create(ask.room, private=ask.do == "create-private")

    async def _enter(self, ask: Ask) -> None:
        await self._chat.enter(ask.room)

    async def _invite(self, ask: Ask) -> None:
        say(What.INVITING, room=ask.room, who=ask.who)
        await self._chat.invite(ask.room, ask.who)

    async def _kick(self, ask: Ask) -> None:
        await self._chat.kick(ask.room, ask.who)
        say(What.KICKED, room=ask.room, who=ask.who)

    async def _code(self, _ask: Ask) -> str:
        return (await self._chat.link_code()).code

    async def _search(self, ask: Ask) -> None:
        await self._chat.search(ask.who)

    async def _quiet(self, _ask: Ask) -> None:
        self._posts = False
        await self._chat.flush()

    async def _end(self, _ask: Ask) -> None:
        for room in self._chat.joined_rooms:
            await self._chat.send(room.id, END)

    async def _remove(self, ask: Ask) -> None:
        for device in await self._chat.devices():
            if device.label == ask.who:
                await self._chat.remove_device(device.id)
        say(What.REMOVED, who=ask.who)


def _told(notice: Notice) -> None:
    say(What.NOTICE, type=notice.kind.value, room=notice.room or "", seq=notice.seq or 0)


async def _run(link: str, name: str, process: int, rate: float, code: str, device: str) -> None:
    first = process == 1
    async with connect(
        link,
        name,
        code=code if first and code else None,
        device=device,
        timeout=_JOIN_S if first else None,
        on_notice=_told,
    ) as chat:
        agent = Agent(chat, device or name, process, rate)
        await agent.run()


def main() -> None:
    """The program."""
    link, name, process, rate, *further = sys.argv[1:]
    code, device = further or ("", "")
    try:
        asyncio.run(_run(link, name, int(process), float(rate), code, device))
    except ChatError as error:
        say(What.OVER, type=error.code.value, text=error.message)
        sys.exit(1)
