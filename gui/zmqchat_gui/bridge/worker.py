"""One server on the network thread: its session, sends, and what the window asks of it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from zmqchat.client import WARNINGS, Chat, ChatEvent, Notice, NoticeKind, Profile, connect
from zmqchat.client.database import Damaged
from zmqchat.client.naming import Where
from zmqchat.errors import ChatError, Code
from zmqchat.sync.effects import State
from zmqchat_gui.bridge import updates as up
from zmqchat_gui.bridge.following import Following
from zmqchat_gui.bridge.outlet import Outlet
from zmqchat_gui.bridge.sends import Sends
from zmqchat_gui.bridge.watching import Watching

_LOG = logging.getLogger(__name__)
_FAREWELL_S = 1.0
_ENDED = "The connection ended before the server answered. Look whether it was done, or try again."
_ONLINE = frozenset({State.LIVE, State.CATCHING_UP})

Work = Callable[[Chat], Awaitable[Any]]


class Worker:
    """A connected person. `run` is its life; everything else is called on the same loop."""

    def __init__(self, profile: Profile, outlet: Outlet) -> None:
        self._profile = profile
        self._outlet = outlet
        self._chat: asyncio.Future[Chat] = asyncio.get_running_loop().create_future()
        self._following = Following(outlet, self._guarded)
        self._sends = Sends(outlet)
        self._watching: Watching | None = None
        self._stop = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self.ended = asyncio.Event()
        """Set when the profile is let go of."""

    # ── life ─────────────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Until `stop`, or the end of the client, which is told."""
        try:
            try:
                await self._session()
            except Damaged:
                if self._chat.done():
                    raise
                await self._session()  # sets it aside, and says so
        except ChatError as error:
            self._outlet.put(up.Ended(error))
        except Exception as error:  # noqa: BLE001 - the window must hear of it
            self._outlet.put(up.Ended(_failure(error)))
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

    def stop(self) -> None:
        """Ends `run`, after a moment for what is under way."""
        self._stop.set()

    def _begin(self, chat: Chat) -> None:
        self._chat.set_result(chat)
        self._watching = watching = Watching(chat, self._outlet)
        self._following.begin(chat)
        self._sends.resume(chat)
        for task in (watching.vitals, watching.counts, watching.signals):
            self._start(task)
        self._start(lambda: self._sends.run(chat))

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
        self.ended.set()

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
            elif not self._stop.is_set():  # else it is what the end brought with it
                self._outlet.put(up.Warned(error.message))
        except Exception as error:  # noqa: BLE001 - the window must hear of it
            self._end(_failure(error))

    def _is_end(self, error: ChatError) -> bool:
        return self._chat.done() and self._chat.result().error is error

    def _end(self, error: ChatError) -> None:
        if not self._stop.is_set():
            if not isinstance(error, Damaged):  # else `run` sees to it first
                self._outlet.put(up.Ended(error))
            self._stop.set()

    # ── what the SDK tells ───────────────────────────────────────────────────────────────────────

    def _noticed(self, notice: Notice) -> None:
        room = Where(notice.room_id or 0, notice.room or "")
        match notice.kind:
            case NoticeKind.STATE:
                self._state(State(notice.text))
            case NoticeKind.ROOM_OPENED:
                self._following.opened(room)
            case NoticeKind.ROOM_CLOSED:
                self._following.closed(room.id, notice.text)
            case NoticeKind.ROOM_RENAMED:
                self._following.renamed(room)
            case NoticeKind.COMPLETE:
                self._outlet.put(up.Completed(room.id, notice.seq or 0))
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
        if self._watching is not None:
            self._watching.moved()

    # ── what the window wants ────────────────────────────────────────────────────────────────────

    def look_at(self, room: int) -> None:
        """Loads the newest page of a room (again), and follows it from there."""
        self._following.look_at(room)

    def taken(self) -> None:
        """The window showed events: unread counts may be others."""
        if self._watching is not None:
            self._watching.count()

    def submit(self, event: ChatEvent) -> None:
        """Sends an event that has no seq yet, behind those before it."""
        self._sends.submit(event)

    def ask(self, work: Work, done: Callable[[Any], None]) -> None:
        """Does `work` with the chat; `done` gets its result or its ChatError, in the window."""
        self._start(lambda: self._answer(work, done))

    async def _answer(self, work: Work, done: Callable[[Any], None]) -> None:
        try:
            result = await work(await self._chat)
        except ChatError as error:
            self._outlet.put(up.Answered(done, error))
            if self._is_end(error):
                raise
        except asyncio.CancelledError:
            self._outlet.put(up.Answered(done, ChatError(Code.UNREACHABLE, _ENDED)))
            raise
        else:
            self._outlet.put(up.Answered(done, result))


def _failure(error: Exception) -> ChatError:
    """A mistake of this program, as the window is told of it."""
    _LOG.error("the network thread failed", exc_info=error)
    return ChatError(Code.INTERNAL, f"This program failed: {error!r}")


class _Done(Exception):
    """The person left."""
