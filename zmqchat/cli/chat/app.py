"""`zmqchat chat`: a session of the terminal client, between the SDK and the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from typing import Any

from zmqchat.cli.chat.commands import COMMANDS, help_lines
from zmqchat.cli.chat.model import Conversation, Outgoing
from zmqchat.cli.chat.screen import Screen
from zmqchat.client import Chat, ChatEvent, Notice, NoticeKind, check_text, open_profile
from zmqchat.errors import ChatError, Code
from zmqchat.sync.effects import State

_PAGE = 100
_ONLINE = frozenset({State.LIVE, State.CATCHING_UP})


class Session:
    """One person at one terminal."""

    def __init__(self, chat: Chat, notices: asyncio.Queue[Notice], first: str | None) -> None:
        self._chat = chat
        self._notices = notices
        self._first = first
        self._tasks: set[asyncio.Task[None]] = set()
        self._following: dict[str, asyncio.Task[None]] = {}
        self._reading_back: set[str] = set()
        self._state_changed = asyncio.Event()
        self._conversation = Conversation(chat.name)
        self._screen = Screen(self._conversation, self._submit, self._read_back, self._about)

    async def run(self) -> None:
        """Until the person leaves; raises what ended the client otherwise."""
        self._conversation.state = self._chat.state.value
        for name in self._chat.joined:
            self._follow(name)
        self._start(self._listen())
        self._start(self._look_around())
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._broke)
        try:
            await self._screen.application.run_async(set_exception_handler=False)
        finally:
            loop.set_exception_handler(None)
            tasks = [*self._tasks, *self._following.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        unsent = max(self._chat.waiting, self._conversation.unsent)
        if unsent and not self._online:
            raise ChatError(
                Code.UNREACHABLE,
                f"{unsent} of your messages wait in the outbox, safe on this machine's disk; "
                "the next start of zmqchat as this profile sends them.",
            )

    # ── what the SDK tells ───────────────────────────────────────────────────────────────────────

    async def _listen(self) -> None:
        while True:
            self._told(await self._notices.get())
            self._screen.refresh()

    def _told(self, notice: Notice) -> None:
        room = notice.room or ""
        match notice.kind:
            case NoticeKind.STATE:
                self._conversation.state = notice.text
                self._conversation.me = self._chat.name
                self._state_changed.set()
            case NoticeKind.ROOM_OPENED:
                self._follow(room)
            case NoticeKind.ROOM_CLOSED:
                self._unfollow(room)
                self._conversation.notice(notice.text)
            case NoticeKind.COMPLETE:
                if room in self._conversation.rooms:
                    self._conversation.rooms[room].complete_to = notice.seq or 0
            case NoticeKind.SEND_FAILED:
                pass  # it stands at the message itself
            case _:
                self._conversation.notice(notice.text, room)

    @property
    def _online(self) -> bool:
        return self._chat.state in _ONLINE

    def _follow(self, name: str) -> None:
        if name in self._following:
            return
        self._conversation.open(name)
        if self._first is not None and name.casefold() == self._first.casefold():
            self._conversation.look_at(name)
        self._following[name] = asyncio.create_task(self._guarded(self._hear(name)))

    def _unfollow(self, name: str) -> None:
        task = self._following.pop(name, None)
        if task is not None:
            task.cancel()
        self._conversation.close(name)

    async def _hear(self, name: str) -> None:
        """The last page of a room, and then everything that comes, without a hole between.

        Until the server is reached it is the page that the profile has.
        """
        while not self._online:
            self._conversation.read_back(name, await self._chat.history(name, limit=_PAGE))
            self._screen.refresh()
            self._state_changed.clear()
            await self._state_changed.wait()
        page = await self._chat.history(name, limit=_PAGE)
        room = self._conversation.open(name)
        room.clear()
        room.seen_to = page[-1].seq if page else 0
        async for event in self._chat.events(name, page[0].seq - 1 if len(page) == _PAGE else 0):
            self._conversation.heard(name, event)
            self._screen.refresh()

    async def _look_around(self) -> None:
        """Whom and what can be completed; and the first to hear of it if the server refuses us."""
        self._conversation.people.update(p["name"] for p in await self._chat.who())
        self._conversation.findable.update(r["name"] for r in await self._chat.rooms())
        if self._first is not None and self._conversation.find(self._first) is None:
            await self._join(self._first)

    # ── what the person does ─────────────────────────────────────────────────────────────────────

    def _submit(self, text: str) -> bool:
        command, _, argument = text.strip().partition(" ")
        if command.startswith("//"):
            return self._say(text.lstrip()[1:])
        if not command.startswith("/"):
            return self._say(text)
        if command.lower() not in self._commands:
            self._conversation.notice(
                f"There is no command {command}: /help lists them. A message that begins with / "
                "is written with two."
            )
            return False
        name = argument.strip().removeprefix("#")
        if COMMANDS[command.lower()][0] and not name:
            self._conversation.notice(f"{command} {COMMANDS[command.lower()][0]}: which one?")
            return False
        self._start(self._commands[command.lower()](self, name))
        return True

    def _say(self, text: str) -> bool:
        room = self._conversation.current
        try:
            if room is None:
                raise ChatError(Code.NOT_FOUND, "You are not in any room: /rooms lists them.")
            check_text(text)
        except ChatError as error:
            self._conversation.notice(error.message)
            return False
        message = self._conversation.say(room.name, text)
        self._start(self._deliver(room.name, message))
        return True

    async def _deliver(self, room: str, message: Outgoing) -> None:
        try:
            event: ChatEvent = await (await self._chat.post(room, message.text))
        except ChatError as error:
            self._conversation.failed(room, message, error.message)
            if self._chat.error is not None:
                raise
            if not self._screen.composer.text:
                self._screen.composer.text = message.text  # to be put right and sent again
        else:
            self._conversation.sent(room, message, event.seq)

    def _read_back(self) -> None:
        room = self._conversation.current
        if room is not None and not room.whole and room.name not in self._reading_back:
            self._reading_back.add(room.name)
            self._start(self._load_older(room.name, room.oldest))

    async def _load_older(self, name: str, before: int | None) -> None:
        try:
            online = self._online  # else it is what the profile has, which may begin later
            page = await self._chat.history(name, before=before, limit=_PAGE)
            whole = online and len(page) < _PAGE
            room = self._conversation.rooms.get(name)
            if room is not None and room.oldest == before:  # else it was loaded anew meanwhile
                self._conversation.read_back(name, page, whole=whole)
        finally:
            self._reading_back.discard(name)

    async def _join(self, name: str) -> None:
        try:
            if self._conversation.find(name) is None:
                await self._chat.enter(name)
        except ChatError as error:
            if error.code is not Code.NOT_FOUND:
                raise
            self._conversation.notice(f"{error.message} /create {name} makes it.")
            return
        known = next((room for room in self._chat.joined if room.casefold() == name.casefold()), "")
        if known:
            self._follow(known)
            self._conversation.look_at(known)

    async def _create(self, name: str) -> None:
        created = await self._chat.create(name)
        await self._chat.enter(created)
        self._follow(created)
        self._conversation.look_at(created)

    async def _leave(self, _argument: str) -> None:
        room = self._conversation.current
        if room is not None:
            await self._chat.leave(room.name)
            self._unfollow(room.name)

    async def _who(self, _argument: str) -> None:
        room = self._conversation.current
        people = await self._chat.who(room.name if room else None)
        here = [p["name"] for p in people if p["online"]]
        away = [p["name"] for p in people if not p["online"]]
        self._conversation.people.update(here, away)
        text = f"Here: {', '.join(here) or 'nobody'}."
        self._conversation.notice(f"{text} Away: {', '.join(away)}." if away else text)

    async def _rooms(self, _argument: str) -> None:
        rooms = await self._chat.rooms()
        self._conversation.findable.update(room["name"] for room in rooms)
        self._conversation.notice("Rooms:")
        for room in rooms:
            people = "1 member" if room["members"] == 1 else f"{room['members']} members"
            about = f" \u2013 {room['description']}" if room["description"] else ""
            yours = ", you are in it" if room["member"] else ""
            self._conversation.notice(f"  #{room['name']} ({people}{yours}){about}")

    async def _help(self, _argument: str) -> None:
        for line in help_lines():
            self._conversation.notice(line)

    async def _quit(self, _argument: str) -> None:
        self._end(None)

    _commands: dict[str, Callable[[Session, str], Awaitable[None]]] = {  # noqa: RUF012
        "/join": _join,
        "/create": _create,
        "/leave": _leave,
        "/who": _who,
        "/rooms": _rooms,
        "/help": _help,
        "/quit": _quit,
    }

    # ── together ─────────────────────────────────────────────────────────────────────────────────

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Awaitable[None]) -> None:
        """What goes wrong is told in the timeline; what ends the client ends the screen."""
        try:
            await work
        except ChatError as error:
            if self._chat.error is not None:
                self._end(self._chat.error)
            else:
                self._conversation.notice(error.message)
        except Exception as error:  # noqa: BLE001 - whoever started us tells of it
            self._end(error)
        self._screen.refresh()

    def _broke(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """A callback of the loop failed, say a frame: the screen must not show a traceback."""
        error = context.get("exception")
        self._end(error if isinstance(error, Exception) else RuntimeError(context["message"]))

    def _end(self, error: Exception | None) -> None:
        with suppress(Exception):  # it is ending already
            if error is None:
                self._screen.application.exit()
            else:
                self._screen.application.exit(exception=error)

    def _about(self) -> Iterator[str]:
        unsent = max(self._chat.waiting, self._conversation.unsent)
        if unsent and not self._online:
            yield f"{unsent} to send"
        if self._conversation.unread_elsewhere:
            yield f"{self._conversation.unread_elsewhere} unread elsewhere"
        if self._chat.latency is not None and self._online:
            yield f"{self._chat.latency * 1000:.0f} ms"


async def talk(profile: str | None, room: str | None) -> None:
    """Runs the terminal client as a profile, looking at `room` first."""
    notices: asyncio.Queue[Notice] = asyncio.Queue()
    async with open_profile(profile, timeout=None, on_notice=notices.put_nowait) as chat:
        await Session(chat, notices, room).run()
