"""`zmqchat chat`: a session of the terminal client, between the SDK and the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import aclosing, suppress
from typing import Any

from zmqchat.cli.chat.acting import Acting
from zmqchat.cli.chat.commands import COMMANDS, command_in
from zmqchat.cli.chat.model import Conversation, Outgoing, Room
from zmqchat.cli.chat.screen import Screen
from zmqchat.client import Chat, ChatEvent, Notice, NoticeKind, check_text, open_profile
from zmqchat.client.naming import Where
from zmqchat.client.signals import AccountChanged, PersonRenamed, PresenceChanged, Typing
from zmqchat.errors import ChatError, Code, Refused
from zmqchat.protocol.who import Who
from zmqchat.sync.effects import State

_PAGE = 100
_COUNT_S = 0.1
_PAUSE_S = 0.2  # between pages of what is only looked through to be completed
_TYPES_S = 6.0
"""Seconds for which somebody is shown as writing, unless told again."""
_TELL_TYPING_S = 3.0
_AWAY_S = 600.0
"""Seconds without a key after which the person is away."""
_ONLINE = frozenset({State.LIVE, State.CATCHING_UP})


class Session:
    """One person at one terminal."""

    def __init__(self, chat: Chat, notices: asyncio.Queue[Notice], first: str | None) -> None:
        self._chat = chat
        self._notices = notices
        self._first = first
        self._tasks: set[asyncio.Task[None]] = set()
        self._following: dict[int, asyncio.Task[None]] = {}
        self._reading_back: set[int] = set()
        self._state_changed = asyncio.Event()
        self._typing: dict[tuple[int, int], asyncio.TimerHandle] = {}
        self._counting = False
        self._told_typing = 0.0
        self._presence = "online"
        self._away: asyncio.TimerHandle | None = None
        self._conversation = Conversation(chat.me)
        self._acting = Acting(chat, self._conversation, self)
        self._screen = Screen(
            self._conversation, self._submit, self._read_back, self._about, self._pressed
        )

    async def run(self) -> None:
        """Until the person leaves; raises what ended the client otherwise."""
        self._conversation.state = self._chat.state.value
        for room in self._chat.joined_rooms:
            self._follow(room)
        if self._first is not None:
            self._start(self._look_first(self._first))
        self._start(self._listen())
        self._start(self._hear_signals())
        self._start(self._look_around())
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._broke)
        try:
            await self._screen.application.run_async(set_exception_handler=False)
        finally:
            loop.set_exception_handler(None)
            for timer in (*self._typing.values(), self._away):
                if timer is not None:
                    timer.cancel()
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
        room = Where(notice.room_id or 0, notice.room or "")
        match notice.kind:
            case NoticeKind.STATE:
                self._conversation.state = notice.text
                self._conversation.me = self._chat.me
                self._state_changed.set()
                self._count_later()
            case NoticeKind.ROOM_OPENED:
                self._follow(room)
            case NoticeKind.ROOM_CLOSED:
                self.unfollow(room.id)
                self._conversation.notice(notice.text)
            case NoticeKind.COMPLETE:
                if room.id in self._conversation.rooms:
                    self._conversation.rooms[room.id].complete_to = notice.seq or 0
            case NoticeKind.ROOM_RENAMED:
                if room.id in self._conversation.rooms:
                    self._open(room)
            case NoticeKind.SEND_FAILED:
                pass  # it stands in the room itself
            case _:
                self._conversation.notice(notice.text, room.id)

    async def _hear_signals(self) -> None:
        async for signal in self._chat.signals():
            match signal:
                case Typing(_, name, on, room, user):
                    self._somebody_types(room, Who(user, name), on)
                case PresenceChanged(_, presence, user):
                    self._conversation.presence[user] = presence
                case PersonRenamed(user, name, before):
                    self._conversation.called_anew(user, name, before)
                case AccountChanged():
                    self._count_later()
            self._screen.refresh()

    def _somebody_types(self, number: int, who: Who, on: bool) -> None:
        room, mine = self._conversation.rooms.get(number), who.id == self._conversation.me.id
        if room is None or mine or who.id in self._conversation.ignored:
            return
        former = self._typing.pop((number, who.id), None)
        if former is not None:
            former.cancel()
        room.typing.pop(who.id, None)
        if on:
            room.typing[who.id] = self._conversation.name_of(who.id, who.name)
            loop = asyncio.get_running_loop()
            over = loop.call_later(_TYPES_S, self._somebody_types, number, who, False)
            self._typing[number, who.id] = over
        self._screen.refresh()

    @property
    def _online(self) -> bool:
        return self._chat.state in _ONLINE

    def _open(self, room: Where) -> Room:
        return self._conversation.open(room, self._chat.others_in(room.id))

    def _follow(self, room: Where) -> None:
        if room.id not in self._following:
            self._open(room)
            self._following[room.id] = asyncio.create_task(self._guarded(self._hear(room.id)))

    def unfollow(self, room: int) -> None:
        """The person is not in a room any more."""
        task = self._following.pop(room, None)
        if task is not None:
            task.cancel()
        self._conversation.close(room)

    def look_at(self, room: Where) -> None:
        """Shows a room that the person is in."""
        self._follow(room)
        self._conversation.look_at(room.id)
        self._count_later()

    async def _look_first(self, name: str) -> None:
        """Shows the room that the person asked for, which may have to be entered."""
        try:
            self.look_at(await self._chat.find(name))
        except Refused:
            await self._acting.join(name)

    async def _hear(self, room: int) -> None:
        """The last page of a room, and then everything that comes, without a hole between.

        Until the server is reached it is the page that the profile has.
        """
        while not self._online:
            page = await self._chat.history(room, limit=_PAGE)
            self._conversation.read_back(self._open(self._chat.where(room)), page)
            self._screen.refresh()
            self._state_changed.clear()
            await self._state_changed.wait()
        while True:
            await self._hear_on(room)

    async def _hear_on(self, number: int) -> None:
        """Follows the room until its log goes back, and all that is loaded with it."""
        page = await self._chat.history(number, limit=_PAGE)
        room = self._open(self._chat.where(number))
        room.load(page)
        room.seen_to = page[-1].seq if page else 0
        since = page[0].seq - 1 if len(page) == _PAGE else 0
        async with aclosing(self._chat.events(number, since)) as events:
            async for event in events:
                if event.seq <= room.newest:
                    break
                self._conversation.heard(event)
                self._count_later()
                self._screen.refresh()

    async def _look_around(self) -> None:
        """Whom and what can be completed; and the first to hear of it if the server refuses us."""
        self._conversation.met(await self._chat.who(pause_s=_PAUSE_S))
        rooms = await self._chat.rooms(pause_s=_PAUSE_S)
        self._conversation.findable.update(room["name"] for room in rooms)

    def _count_later(self) -> None:
        """Asks soon what is unread, and says what was read: once for much that happens at once."""
        if not self._counting and self._online:
            self._counting = True
            self._start(self._count())

    async def _count(self) -> None:
        await asyncio.sleep(_COUNT_S)
        self._counting = False
        states = await self._chat.room_states()
        self._conversation.ignored = self._chat.ignored
        self._conversation.counted(states)
        room = self._conversation.current
        state = states.get(room.id) if room is not None else None
        if room is None or state is None or not self._conversation.in_sight(room):
            return
        if room.newest > state.read and (state.unread or state.mentions):
            await self._chat.mark_read(room.id, room.newest)

    # ── what the person does ─────────────────────────────────────────────────────────────────────

    def _submit(self, text: str) -> bool:
        self._told_typing = 0.0
        command, argument = command_in(text)
        if command is None:
            return self._say(text.lstrip()[1:] if text.lstrip().startswith("//") else text)
        known = COMMANDS.get(command)
        if known is None:
            self._conversation.notice(
                f"There is no command {command}: /help lists them. A message that begins so "
                "is written with two: /" + command
            )
            return False
        if known[0] and not known[0].startswith("[") and not argument:
            self._conversation.notice(f"{command} {known[0]}: which one?")
            return False
        self._start(self._acting.commands[command](argument))
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
        message = self._conversation.say(room, text)
        self._start(self._deliver(room, message))
        return True

    async def _deliver(self, room: Room, message: Outgoing) -> None:
        try:
            event: ChatEvent = await (await self._chat.post(room.id, message.text))
        except ChatError as error:
            self._conversation.failed(room, message, error.message)
            if self._chat.error is not None:
                raise
            if not self._screen.composer.text:
                self._screen.composer.text = message.text  # to be put right and sent again
        else:
            self._conversation.sent(room, message, event.seq)

    def _pressed(self) -> None:
        """A key was pressed: the person is there, and may be writing something for others."""
        now = asyncio.get_running_loop().time()
        if self._away is not None:
            self._away.cancel()
        self._away = asyncio.get_running_loop().call_later(_AWAY_S, self._be, "away")
        if self._presence == "away":
            self._be("online")
        text, room = self._screen.composer.text, self._conversation.current
        writes = bool(text) and not text.startswith("/")
        if room is not None and writes and now - self._told_typing > _TELL_TYPING_S:
            self._told_typing = now
            self._start(self._chat.typing(room.id))
        self._count_later()

    def _be(self, presence: str) -> None:
        self._presence = presence
        self._start(self._chat.set_presence(presence))

    def _read_back(self) -> None:
        room = self._conversation.current
        if room is not None and not room.whole and room.id not in self._reading_back:
            self._reading_back.add(room.id)
            self._start(self._load_older(room, room.oldest))

    async def _load_older(self, room: Room, before: int | None) -> None:
        try:
            online = self._online  # else it is what the profile has, which may begin later
            page = await self._chat.history(room.id, before=before, limit=_PAGE)
            whole = online and len(page) < _PAGE
            if room.oldest == before:  # else it was loaded anew meanwhile
                self._conversation.read_back(room, page, whole=whole)
        finally:
            self._reading_back.discard(room.id)

    def quit(self) -> None:
        """The person leaves."""
        self._end(None)

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
