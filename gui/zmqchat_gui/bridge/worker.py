"""One server on the network thread: its session, sends, and what the window asks of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from zmqchat.client import WARNINGS, Chat, ChatEvent, Notice, NoticeKind, Profile, connect
from zmqchat.client.cache import Damaged, move_aside
from zmqchat.errors import ChatError, Code
from zmqchat.sync.effects import State
from zmqchat_gui.bridge import updates as up
from zmqchat_gui.bridge.entries import POSTED, entry_of
from zmqchat_gui.bridge.following import Following
from zmqchat_gui.bridge.outlet import Outlet
from zmqchat_gui.bridge.watching import Watching

_LOG = logging.getLogger(__name__)
_FAREWELL_S = 1.0
_ONLINE = frozenset({State.LIVE, State.CATCHING_UP})

Work = Callable[[Chat], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that the window wants sent; `key` names it there."""

    key: str
    room: str
    text: str
    reply_to: int | None


class Worker:
    """A connected person. `run` is its life; everything else is called on the same loop."""

    def __init__(self, profile: Profile, outlet: Outlet) -> None:
        self._profile = profile
        self._outlet = outlet
        self._chat: asyncio.Future[Chat] = asyncio.get_running_loop().create_future()
        self._following = Following(outlet, self._guarded)
        self._watching: Watching | None = None
        self._stop = asyncio.Event()
        self._outbox: asyncio.Queue[Outgoing] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()

    # ── life ─────────────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Until `stop`, or the end of the client, which is told."""
        try:
            try:
                await self._session()
            except Damaged as damage:
                self._rebuild(damage)
                if self._chat.done():
                    raise
                await self._session()
        except ChatError as error:
            self._outlet.put(up.Ended(error))
        finally:
            await self._finish()

    async def _session(self) -> None:
        with suppress(_Done):
            async with connect(
                profile=self._profile, timeout=None, on_notice=self._noticed
            ) as chat:
                self._begin(chat)
                await self._stop.wait()
                if chat.error is not None:
                    raise chat.error
                await self._say_goodbye(chat)
                raise _Done  # what is unsent stays in the outbox: the next start sends it

    def _rebuild(self, damage: Damaged) -> None:
        """The profile's file is of no use: what was in it comes again from the server."""
        aside = move_aside(self._profile.cache)
        _LOG.warning("%s", damage.message)
        text = (
            f"What this device had kept was damaged. It is set aside as {aside.name} and read anew "
            "from the server; messages that had not been sent yet are lost."
        )
        self._outlet.put(up.Warned(text))

    def stop(self) -> None:
        """Ends `run`, after a moment for what is under way."""
        self._stop.set()

    def _begin(self, chat: Chat) -> None:
        self._chat.set_result(chat)
        self._watching = watching = Watching(chat, self._outlet)
        self._following.begin(chat)
        self._resume(chat)
        for task in (watching.vitals, watching.counts, watching.signals):
            self._start(task)
        self._start(lambda: self._send(chat))

    async def _say_goodbye(self, chat: Chat) -> None:
        with suppress(TimeoutError, ChatError):
            async with asyncio.timeout(_FAREWELL_S):
                await chat.flush()

    async def _finish(self) -> None:
        tasks = [*self._tasks, *self._following.end()]
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._chat.cancel()
        self._outlet.flush()

    def _start(self, work: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.ensure_future(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except ChatError as error:
            if self._is_end(error):
                self._end(error)
            else:
                self._outlet.put(up.Warned(error.message))
        except Exception as error:  # noqa: BLE001 - the window must hear of it
            _LOG.exception("the network thread failed")
            self._end(ChatError(Code.INTERNAL, f"This program failed: {error!r}"))

    def _is_end(self, error: ChatError) -> bool:
        return self._chat.done() and self._chat.result().error is error

    def _end(self, error: ChatError) -> None:
        if not self._stop.is_set():
            if not isinstance(error, Damaged):  # else `run` sees to it first
                self._outlet.put(up.Ended(error))
            self._stop.set()

    # ── what the SDK tells ───────────────────────────────────────────────────────────────────────

    def _noticed(self, notice: Notice) -> None:
        room = notice.room or ""
        match notice.kind:
            case NoticeKind.STATE:
                self._state(State(notice.text))
            case NoticeKind.ROOM_OPENED:
                self._following.opened(room)
            case NoticeKind.ROOM_CLOSED:
                self._following.closed(room, notice.text)
            case NoticeKind.COMPLETE:
                self._outlet.put(up.Completed(room, notice.seq or 0))
            case NoticeKind.SEND_FAILED:
                pass  # it stands at the message itself
            case kind if kind in WARNINGS:
                self._outlet.put(up.Warned(notice.text))

    def _state(self, state: State) -> None:
        if state in _ONLINE:
            self._following.online.set()
        else:
            self._following.online.clear()
        self._outlet.put(up.StateChanged(state.value))

    # ── what the window wants ────────────────────────────────────────────────────────────────────

    def look_at(self, room: str) -> None:
        """Loads the newest page of a room (again), and follows it from there."""
        self._following.look_at(room)

    def taken(self) -> None:
        """The window showed events: unread counts may be others."""
        if self._watching is not None:
            self._watching.count()

    def post(self, message: Outgoing) -> None:
        """Sends a message, behind those before it."""
        self._outbox.put_nowait(message)

    async def _send(self, chat: Chat) -> None:
        while True:
            message = await self._outbox.get()
            try:
                future = await chat.post(message.room, message.text, message.reply_to)
            except ChatError as error:
                self._outlet.put(up.SendFailed(message.room, message.key, error.message))
            else:
                self._outlet.put(up.Queued(message.room, message.key))
                future.add_done_callback(partial(self._settled, message))

    def _resume(self, chat: Chat) -> None:
        """What an earlier process left in the outbox is shown as pending."""
        for number, (event, future) in enumerate(chat.resumed, 1):
            if event.type == POSTED:
                key, text, reply_to = f"r{number}", event.text or "", event.reply_to
                self._outlet.put(up.Resumed(event.room, key, text, reply_to or 0))
                message = Outgoing(key, event.room, text, reply_to)
                future.add_done_callback(partial(self._settled, message))

    def _settled(self, message: Outgoing, future: asyncio.Future[ChatEvent]) -> None:
        error = future.exception()
        if error is None:
            event = entry_of(future.result())
            self._outlet.put(up.Sent(message.room, message.key, event.seq, event.time_us))
        elif isinstance(error, ChatError) and not self._stop.is_set():
            self._outlet.put(up.SendFailed(message.room, message.key, error.message))

    def ask(self, work: Work, done: Callable[[Any], None]) -> None:
        """Does `work` with the chat; `done` gets its result or its ChatError, in the window."""
        self._start(lambda: self._answer(work, done))

    async def _answer(self, work: Work, done: Callable[[Any], None]) -> None:
        try:
            result = await work(await self._chat)
        except ChatError as error:
            result = error
            if self._is_end(error):
                raise
        self._outlet.put(up.Answered(done, result))


class _Done(Exception):
    """The person left."""
