"""What the commands of the terminal client do. Each answers in the timeline."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from zmqchat.cli.chat.commands import help_lines
from zmqchat.cli.chat.model import Conversation, Room, shown_as
from zmqchat.cli.lines import event_line, found_line
from zmqchat.client import Chat
from zmqchat.client.messages import ChatMessage
from zmqchat.client.naming import Where
from zmqchat.errors import ChatError, Code, UsageError

_PRIVATE: Final = "--private"
_FOUND = 20


class Session(Protocol):
    """What a command can ask of the session besides the SDK."""

    def look_at(self, room: Where) -> None: ...
    def unfollow(self, room: int) -> None: ...
    def quit(self) -> None: ...


class Acting:
    """One person's commands. Each takes what was typed behind its name."""

    def __init__(self, chat: Chat, conversation: Conversation, session: Session) -> None:
        self._chat = chat
        self._conversation = conversation
        self._session = session
        self.commands: Final[dict[str, Callable[[str], Awaitable[None]]]] = {
            "/join": self.join,
            "/create": self._create,
            "/dm": self._direct,
            "/leave": self._leave,
            "/invite": self._invite,
            "/kick": self._kick,
            "/topic": self._topic,
            "/rename": self._rename,
            "/rooms": self._rooms,
            "/who": self._who,
            "/edit": self._edit,
            "/redact": self._redact,
            "/reply": self._reply,
            "/react": self._react,
            "/pin": self._pin,
            "/pins": self._pins,
            "/thread": self._thread,
            "/search": self._search,
            "/link": self._link,
            "/mute": self._mute,
            "/ignore": self._ignore,
            "/status": self._status,
            "/away": self._away,
            "/reconnect": self._reconnect,
            "/help": self._help,
            "/quit": self._quit,
        }

    def _tell(self, line: str) -> None:
        self._conversation.notice(line)

    @property
    def _room(self) -> Room:
        room = self._conversation.current
        if room is None:
            raise ChatError(Code.NOT_FOUND, "You are not in any room: /rooms lists them.")
        return room

    # ── rooms ────────────────────────────────────────────────────────────────────────────────────

    async def join(self, argument: str) -> None:
        """Enter a room, or look at one that the person is in."""
        name = argument.removeprefix("#")
        if name.startswith("@"):
            await self._direct(name)
            return
        try:
            await self._chat.enter(name)
        except ChatError as error:
            if error.code is not Code.NOT_FOUND:
                raise
            self._tell(f"{error.message} /create {name} makes it.")
            return
        self._session.look_at(await self._chat.find(name))

    async def _create(self, argument: str) -> None:
        private = _PRIVATE in argument.split()
        name = " ".join(word for word in argument.split() if word != _PRIVATE).removeprefix("#")
        created = await self._chat.create(name, private=private)
        await self._chat.enter(created)
        self._session.look_at(await self._chat.find(created))

    async def _direct(self, argument: str) -> None:
        self._session.look_at(await self._chat.find(f"@{argument.removeprefix('@')}"))

    async def _leave(self, _argument: str) -> None:
        room = self._room.id
        await self._chat.leave(room)
        self._session.unfollow(room)

    async def _invite(self, argument: str) -> None:
        await self._chat.invite(self._room.id, argument.removeprefix("@"))

    async def _kick(self, argument: str) -> None:
        await self._chat.kick(self._room.id, argument.removeprefix("@"))

    async def _topic(self, argument: str) -> None:
        await self._chat.describe(self._room.id, argument)

    async def _rename(self, argument: str) -> None:
        await self._chat.rename(self._room.id, argument.removeprefix("#"))

    async def _rooms(self, _argument: str) -> None:
        rooms = await self._chat.rooms()
        self._conversation.findable.update(room["name"] for room in rooms)
        self._tell("Rooms:")
        for room in rooms:
            people = "1 member" if room["members"] == 1 else f"{room['members']} members"
            about = f" \u2013 {room['description']}" if room["description"] else ""
            yours = ", you are in it" if room["member"] else ""
            yours = ", you are invited" if room["invited"] else yours
            closed = ", archived" if room["archived"] else ""
            self._tell(f"  {shown_as(room['name'])} ({people}{yours}{closed}){about}")

    async def _who(self, _argument: str) -> None:
        room = self._conversation.current
        people = await self._chat.who(room.id if room else None)
        self._conversation.met(people)
        groups = (("Here", "online"), ("Away", "away"), ("Not here", "offline"))
        for title, presence in groups:
            names = [_person(p) for p in people if p["presence"] == presence and p["active"]]
            if names or presence == "online":
                self._tell(f"{title}: {', '.join(names) or 'nobody'}.")

    # ── messages ─────────────────────────────────────────────────────────────────────────────────

    async def _edit(self, argument: str) -> None:
        seq, text = _seq_and(argument, "/edit NUMBER TEXT", needed=False)
        await self._chat.edit(self._room.id, seq or self._last(), text)

    def _last(self) -> int:
        message = self._room.last_of(self._conversation.me.id)
        if message is None:
            raise ChatError(Code.NOT_FOUND, "There is no message of yours here to change.")
        return message.seq

    async def _redact(self, argument: str) -> None:
        seq, _ = _seq_and(argument, "/redact NUMBER")
        await self._chat.redact(self._room.id, seq)

    async def _reply(self, argument: str) -> None:
        seq, text = _seq_and(argument, "/reply NUMBER TEXT")
        await self._chat.send(self._room.id, text, seq)

    async def _react(self, argument: str) -> None:
        from zmqchat.protocol.reactions import canonical_reaction

        seq, typed = _seq_and(argument, "/react NUMBER EMOJI")
        emoji = canonical_reaction(typed)
        message = self._room.message(seq)
        mine = message is not None and any(
            reaction.emoji == emoji and reaction.by(self._conversation.me.id)
            for reaction in message.reactions
        )
        await self._chat.react(self._room.id, seq, emoji, remove=mine)

    async def _pin(self, argument: str) -> None:
        seq, _ = _seq_and(argument, "/pin NUMBER")
        message = self._room.message(seq)
        pinned = message is not None and message.pinned
        await self._chat.pin(self._room.id, seq, remove=pinned)

    async def _pins(self, _argument: str) -> None:
        self._list("Pinned", await self._chat.pins(self._room.id))

    async def _thread(self, argument: str) -> None:
        seq, _ = _seq_and(argument, "/thread NUMBER")
        self._list("The thread", await self._chat.thread(self._room.id, seq))

    def _list(self, title: str, messages: list[ChatMessage]) -> None:
        self._tell(f"{title}:" if messages else f"{title}: nothing.")
        for message in messages:
            self._tell(event_line(message.to_json()))

    async def _search(self, argument: str) -> None:
        found = await self._chat.search(argument, limit=_FOUND)
        self._tell(f"Found for {argument}:" if found else f"Nothing was found for {argument}.")
        for message in reversed(found):
            self._tell(f"  {found_line(message.to_json())}")
        if found.doubt:
            self._tell(found.doubt)

    async def _link(self, argument: str) -> None:
        seq, _ = _seq_and(argument, "/link NUMBER")
        self._tell(str(self._chat.link_to(self._room.id, seq)))

    # ── oneself ──────────────────────────────────────────────────────────────────────────────────

    async def _mute(self, _argument: str) -> None:
        room = self._room
        room.muted = not room.muted
        await self._chat.set_room(room.id, muted=room.muted)
        what = "is muted: only mentions are counted" if room.muted else "is not muted any more"
        self._tell(f"{room.label} {what}.")

    async def _ignore(self, argument: str) -> None:
        who = await self._chat.person(argument)
        again = who.id in self._chat.ignored
        await self._chat.ignore(who.id, not again)
        self._conversation.ignored = self._chat.ignored
        seen = "You see" if again else "You no longer see"
        self._tell(f"{seen} what {who.name} writes.")

    async def _status(self, argument: str) -> None:
        await self._chat.set_profile(status=argument)
        self._tell(f"Your status: {argument}" if argument else "You have no status any more.")

    async def _away(self, _argument: str) -> None:
        await self._chat.set_presence("away")
        self._tell("You are away, until you press a key.")

    async def _reconnect(self, _argument: str) -> None:
        if self._chat.retry_in is None:
            self._tell("There is nothing to wait for: the client is connected, or trying just now.")
        else:
            self._chat.reconnect_now()

    async def _help(self, _argument: str) -> None:
        for line in help_lines():
            self._tell(line)

    async def _quit(self, _argument: str) -> None:
        self._session.quit()


def _person(person: dict[str, str]) -> str:
    return f"{person['name']} ({person['status']})" if person["status"] else person["name"]


def _seq_and(argument: str, usage: str, *, needed: bool = True) -> tuple[int, str]:
    """The number in front and what follows it; 0 where there is none and none is needed."""
    first, _, rest = argument.partition(" ")
    number = first.removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) < 19:
        wanted = len(usage.split()) > 2
        if rest.strip() or not wanted:
            return int(number), rest.strip()
    elif not needed:
        return 0, argument
    raise UsageError(f"{usage}: messages have their numbers at the right.")
