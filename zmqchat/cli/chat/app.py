"""`zmqchat chat`: a session of the terminal client, between the SDK and the screen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from prompt_toolkit.patch_stdout import patch_stdout

from zmqchat.cli.chat.model import Conversation, Outgoing
from zmqchat.cli.chat.screen import COMMANDS, Screen
from zmqchat.client import Chat, ChatEvent, Notice, NoticeKind, check_text, open_profile
from zmqchat.errors import ChatError, Code

_PAGE = 100


class Session:
    """One person at one terminal."""

    def __init__(self, first: str | None) -> None:
        self._first = first
        self._chat: Chat | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._following: dict[str, asyncio.Task[None]] = {}
        self._conversation = Conversation("")
        self._screen = Screen(
            self._conversation, self._submit, self._read_back, self._about_connection
        )

    async def run(self, profile: str | None) -> None:
        """Until the person leaves; ChatError where the server refuses this client for good."""
        async with open_profile(profile, timeout=None, on_notice=self._told) as chat:
            self._chat = chat
            self._conversation.me = chat.name
            self._conversation.state = chat.state.value
            for name in chat.joined:
                self._follow(name)
            try:
                await self._screen.application.run_async()
            finally:
                for task in (*self._tasks, *self._following.values()):
                    task.cancel()
        if chat.waiting:
            raise ChatError(
                Code.UNREACHABLE,
                f"{chat.waiting} messages wait in the outbox; the next start sends them.",
            )

    # ── what the SDK tells ───────────────────────────────────────────────────────────────────────

    def _told(self, notice: Notice) -> None:
        room = notice.room or ""
        match notice.kind:
            case NoticeKind.STATE:
                self._conversation.state = notice.text
                if self._chat is not None:
                    self._conversation.me = self._chat.name
            case NoticeKind.ROOM_OPENED:
                self._follow(room)
            case NoticeKind.ROOM_CLOSED:
                self._unfollow(room)
                self._conversation.notice(notice.text)
            case NoticeKind.COMPLETE:
                self._conversation.open(room).complete_to = notice.seq or 0
            case NoticeKind.SEND_FAILED:
                pass  # it stands at the message itself
            case _:
                self._conversation.notice(notice.text)
        self._screen.refresh()

    def _follow(self, name: str) -> None:
        if self._chat is None or name in self._following:
            return
        self._conversation.open(name)
        if name == self._first:
            self._conversation.look_at(name)
        self._following[name] = asyncio.create_task(self._guarded(self._hear(self._chat, name)))

    def _unfollow(self, name: str) -> None:
        task = self._following.pop(name, None)
        if task is not None:
            task.cancel()
        self._conversation.close(name)

    async def _hear(self, chat: Chat, name: str) -> None:
        """The last page of a room, and then everything that comes, without a hole between."""
        page = await chat.history(name, limit=_PAGE)
        self._conversation.open(name).seen_to = page[-1].seq if page else 0
        since = page[0].seq - 1 if len(page) == _PAGE else 0
        async for event in chat.events(name, since=since):
            self._conversation.heard(name, event)
            self._screen.refresh()

    # ── what the person does ─────────────────────────────────────────────────────────────────────

    def _submit(self, text: str) -> None:
        command, _, argument = text.strip().partition(" ")
        if command in self._commands:
            self._start(self._commands[command](self, argument.strip().removeprefix("#")))
        elif command.startswith("/"):
            self._conversation.notice(f"There is no command {command}. /help lists them.")
        else:
            self._say(text)

    def _say(self, text: str) -> None:
        room = self._conversation.current
        if room is None or self._chat is None:
            return
        try:
            check_text(text)
        except ChatError as error:
            self._conversation.notice(error.message)
            return
        message = self._conversation.say(room.name, text)
        self._start(self._deliver(self._chat, room.name, message))

    async def _deliver(self, chat: Chat, room: str, message: Outgoing) -> None:
        try:
            event: ChatEvent = await (await chat.post(room, message.text))
        except ChatError as error:
            self._conversation.failed(message, error.message)
        else:
            self._conversation.sent(room, message, event.seq)
        self._screen.refresh()

    def _read_back(self) -> None:
        room = self._conversation.current
        if room is not None and self._chat is not None and (room.oldest or 0) > 1:
            self._start(self._load_older(self._chat, room.name, room.oldest))

    async def _load_older(self, chat: Chat, name: str, before: int | None) -> None:
        self._conversation.read_back(name, await chat.history(name, before=before, limit=_PAGE))
        self._screen.refresh()

    async def _join(self, argument: str) -> None:
        if not argument or self._chat is None:
            self._conversation.notice(COMMANDS["/join"])
            return
        try:
            await self._chat.enter(argument)
        except ChatError as error:
            if error.code is not Code.NOT_FOUND:
                raise
            await self._chat.create(argument)
        self._follow(argument)
        self._conversation.look_at(argument)

    async def _leave(self, _argument: str) -> None:
        room = self._conversation.current
        if room is not None and self._chat is not None:
            await self._chat.leave(room.name)
            self._unfollow(room.name)

    async def _who(self, _argument: str) -> None:
        room = self._conversation.current
        if room is not None and self._chat is not None:
            people = await self._chat.who(room.name)
            here = [p["name"] for p in people if p["online"]]
            away = [p["name"] for p in people if not p["online"]]
            self._conversation.people.update(here, away)
            text = f"Here: {', '.join(here) or 'nobody'}."
            self._conversation.notice(f"{text} Away: {', '.join(away)}." if away else text)

    async def _rooms(self, _argument: str) -> None:
        if self._chat is not None:
            lines = [
                f"#{room['name']} ({room['members']}{', yours' if room['member'] else ''})"
                for room in await self._chat.rooms()
            ]
            self._conversation.notice("Rooms: " + ", ".join(lines))

    async def _help(self, _argument: str) -> None:
        for command, about in COMMANDS.items():
            self._conversation.notice(f"{command}  {about}")

    async def _quit(self, _argument: str) -> None:
        self._screen.application.exit()

    _commands: dict[str, Callable[[Session, str], Awaitable[None]]] = {  # noqa: RUF012
        "/join": _join,
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
            if error.code in {Code.KEY_MISMATCH, Code.NAME_TAKEN, Code.REGISTRATION_CLOSED}:
                with suppress(Exception):  # it may be ending already
                    self._screen.application.exit(exception=error)
            else:
                self._conversation.notice(error.message)
        self._screen.refresh()

    def _about_connection(self) -> str:
        chat = self._chat
        if chat is None:
            return ""
        waiting = f" \u00b7 {chat.waiting} to send" if chat.waiting else ""
        latency = f" \u00b7 {chat.latency * 1000:.0f} ms" if chat.latency is not None else ""
        return f"as {self._conversation.me}{latency}{waiting}"


async def talk(profile: str | None, room: str | None) -> None:
    """Runs the terminal client as a profile, looking at `room` first."""
    with patch_stdout():
        await Session(room).run(profile)
