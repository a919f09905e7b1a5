"""What the user keeps, alike on all devices: read markers, settings of rooms, ignored people."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from zmqchat.client.checks import check_seq
from zmqchat.client.directory import Directory
from zmqchat.client.engine import Engine
from zmqchat.client.lookup import Lookup
from zmqchat.client.naming import PersonRef, RoomRef, title
from zmqchat.client.unread import Unread
from zmqchat.errors import ChatError, UsageError
from zmqchat.protocol.replies import AccountState
from zmqchat.protocol.requests import Account as AccountRequest
from zmqchat.protocol.requests import Ignore, MarkRead, SetRoom
from zmqchat.protocol.rooms import Level, RoomInfo, RoomKind
from zmqchat.protocol.who import Who
from zmqchat.sync import effects as fx

_SPREAD_S = 0.5
"""A message that makes many ask at once is asked about over so many seconds."""


@dataclass(frozen=True, slots=True)
class RoomState:
    """What the user keeps about a room, counted at its `seq`.

    `read` is the seq up to which the user has read, `unread` counts the messages behind it and
    `mentions` those of them that name the user. `level` is all, mentions or nothing; a muted room
    shows no unread count.
    """

    room: str
    read: int
    unread: int
    mentions: int
    seq: int
    level: str
    muted: bool
    room_id: int = 0

    def to_json(self) -> dict[str, Any]:
        """Its fields, as `--json` prints them; the id as text."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        ids = {"room": fields.pop("room"), "room_id": str(fields.pop("room_id"))}
        return ids | fields


class Account:
    """The user's account state: fetched when its version is another, merged, counted on."""

    def __init__(
        self,
        engine: Engine,
        lookup: Lookup,
        directory: Directory,
        me: Callable[[], Who],
        changed: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._lookup = lookup
        self._directory = directory
        self._me = me
        self._changed = changed
        self._unread = Unread()
        self._version: int | None = None
        self._fetching = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._doubtful = False  # it is about to be asked again
        self._ignored: tuple[int, ...] = ()

    @property
    def ignored(self) -> Mapping[int, str]:
        """Whom the user ignores: ids and names; known once the account was fetched."""
        return {user: self._directory.name_of(user) for user in self._ignored}

    # ── what the machine says ────────────────────────────────────────────────────────────────────

    def hear_events(self, effect: fx.Applied) -> None:
        """Events of a room."""
        info = self._engine.machine.rooms.infos.get(effect.room)
        small = info is not None and info.kind is RoomKind.DIRECT
        if not self._unread.heard(
            effect.room, effect.events, self._me(), self._ignored, small=small
        ):
            self._refresh_soon()

    def hear_renamed(self, user: int) -> None:
        """Somebody is called otherwise."""
        if user in self._ignored:
            self._changed()

    def hear_version(self, effect: fx.AccountChanged) -> None:
        """The server has another version than it had."""
        if self._engine.listens and effect.version != self._version:
            self._refresh_later()

    def hear_branch(self, effect: fx.BranchSetAside) -> None:
        """A room's log went back, and the counts with it."""
        self._unread.forget(effect.room)
        self._version = None
        if self._engine.listens:
            self._refresh_later()

    def hear_closed(self, effect: fx.RoomClosed) -> None:
        """The user is out of a room."""
        self._unread.forget(effect.room)

    def _refresh_soon(self) -> None:
        """Ask the server for what cannot be counted here; others of the room do at this moment."""
        if self._doubtful or self._version is None or not self._engine.listens:
            return

        async def soon() -> None:
            await asyncio.sleep(random.random() * _SPREAD_S)
            self._doubtful = False
            await self._refresh_quietly()

        self._doubtful = True
        self._start(soon())

    def _refresh_later(self) -> None:
        self._start(self._refresh_quietly())

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _refresh_quietly(self) -> None:
        try:
            await self.refresh()
        except ChatError:
            return  # the client has stopped, and says so to whoever asks it for something

    async def refresh(self) -> None:
        """Ask for what changed since the version that is held, and merge it."""
        async with self._fetching:
            since = self._version or 0
            state = await self._fetched(since)
            if state.version < since:  # the server went back to an older state: all of it, then
                state = await self._fetched(0)
            self._version = state.version
            before, self._ignored = self._ignored, tuple(who.id for who in state.ignored)
            sure = self._unread.known(state.rooms, as_heard=self._ignored == before)
        self._directory.told(state.ignored, self._engine.server_us())
        self._changed()
        if not sure:
            self._refresh_soon()

    async def _fetched(self, since: int) -> AccountState:
        reply = await self._engine.call(AccountRequest(since))
        assert isinstance(reply, AccountState)
        return reply

    async def _ready(self) -> None:
        if self._version is None:
            await self.refresh()

    # ── what the user asks for ───────────────────────────────────────────────────────────────────

    async def room_states(self) -> dict[int, RoomState]:
        """Marker, counts and settings of each of the user's rooms, by id, as of now."""
        await self._ready()
        infos = self._engine.machine.rooms.infos.values()
        return {info.room: self._state(info) for info in infos}

    def _state(self, info: RoomInfo) -> RoomState:
        state = self._unread.state(info.room)
        return RoomState(
            title(info),
            state.read,
            state.unread,
            state.mentions,
            state.seq,
            state.level.value,
            state.muted,
            info.room,
        )

    async def mark_read(self, room: RoomRef, seq: int | None = None) -> None:
        """The user has read the room up to `seq` (None: all of it); a marker only moves forward."""
        check_seq(seq)
        info = await self._lookup.room(room)
        head = self._head(info)
        upto = head if seq is None else seq
        await self._engine.call(MarkRead(info.room, upto))
        if self._unread.read(info.room, upto, head):
            self._changed()
        else:
            await self.refresh()

    def _head(self, info: RoomInfo) -> int:
        """The newest seq of the room that is known here."""
        timeline = self._engine.machine.rooms.timelines.get(info.room)
        return max(info.seq, timeline.applied.seq if timeline else 0)

    async def set_room(
        self, room: RoomRef, *, level: str | None = None, muted: bool | None = None
    ) -> None:
        """What to be told of in a room (all, mentions or nothing), and whether it is muted."""
        try:
            wanted = None if level is None else Level(level)
        except ValueError:
            known = ", ".join(Level)
            raise UsageError(f"{level!r} is no level; there are {known}") from None
        info = await self._lookup.room(room)
        await self.refresh()
        now = self._unread.state(info.room)
        request = SetRoom(info.room, wanted or now.level, now.muted if muted is None else muted)
        await self._engine.call(request)
        await self.refresh()

    async def ignore(self, person: PersonRef, on: bool = True) -> None:
        """See nothing more of somebody, or (`on` False) see them again; their events still come."""
        user = person if isinstance(person, int) else (await self._lookup.person(person)).id
        await self._engine.call(Ignore(user, on))
        await self.refresh()
