"""The chat as a program holds it: everything that a person can do, by families."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Any

from zmqchat.client.account import Account
from zmqchat.client.administration import Administration
from zmqchat.client.cache import Acquaintance
from zmqchat.client.checks import check_seq
from zmqchat.client.devices import DeviceActions
from zmqchat.client.directory import Directory
from zmqchat.client.engine import Engine
from zmqchat.client.events import ChatEvent
from zmqchat.client.lookup import Lookup
from zmqchat.client.naming import RoomRef, Where, no_room
from zmqchat.client.people import Folk
from zmqchat.client.reading import Reading
from zmqchat.client.rooms import RoomActions
from zmqchat.client.sending import Acknowledgement, Sending
from zmqchat.client.signals import AccountChanged, ChatSignal, PersonRenamed, Signals
from zmqchat.client.stages import Stages
from zmqchat.errors import ChatError
from zmqchat.protocol.rooms import RoomInfo
from zmqchat.protocol.who import Who
from zmqchat.security.links import MessageLink
from zmqchat.sync import effects as fx
from zmqchat.sync.effects import State


class Chat:
    """A person in a realm, connected. Made by `connect` and `open_profile`.

    A room is named with or without `#`, a direct room after the others in it: `@bob`, `@bob,carol`;
    or by its id, which stays when names change. So is a person, with or without `@`.
    Everything goes on across broken connections: sends stay in the outbox until they are
    acknowledged, and events are caught up with.
    """

    def __init__(self, engine: Engine, me: str, heard_of: dict[int, RoomInfo]) -> None:
        self._engine = engine
        self._me = me
        self._directory = directory = Directory(engine.cache)
        directory.renamed = self._renamed
        self._lookup = lookup = Lookup(engine, heard_of, directory)
        self._signals = Signals(engine.check, lookup.where)
        engine.on_stop = self._signals.stopped
        self._account = Account(
            engine, lookup, directory, lambda: self.me, lambda: self._signals.tell(AccountChanged())
        )
        self._sending = Sending(engine, lookup, lambda: self.me)
        self.administration = Administration(engine.call)
        """What administrators do, for those who are one."""
        self._take_over(
            self._sending,
            Reading(engine, lookup),
            Folk(engine, lookup, directory),
            DeviceActions(engine.call, self._device),
            self.administration,
        )

    def _take_over(
        self,
        sending: Sending,
        reading: Reading,
        folk: Folk,
        devices: DeviceActions,
        administration: Administration,
    ) -> None:
        """The families' methods are the chat's own; each is described where it is defined."""
        rooms = RoomActions(self._engine, self._lookup, sending, lambda: self.me)
        account = self._account
        # messages into rooms
        self.send, self.post, self.send_many = sending.send, sending.post, sending.send_many
        self.edit, self.post_edit = sending.edit, sending.post_edit
        self.redact, self.post_redact = sending.redact, sending.post_redact
        self.react, self.post_react = sending.react, sending.post_react
        self.pin, self.post_pin = sending.pin, sending.post_pin
        self.submit, self.flush = sending.submit, sending.flush
        # out of rooms
        self.events, self.batches = reading.events, reading.batches
        self.history, self.page, self.thread = reading.history, reading.page, reading.thread
        self.message, self.pins = reading.message, reading.pins
        self.search, self.found = reading.search, reading.found
        # rooms
        self.rooms, self.room = rooms.rooms, rooms.room
        self.create, self.direct = rooms.create, rooms.direct
        self.find, self.enter, self.leave = rooms.find, rooms.enter, rooms.leave
        self.person, self.invite = rooms.person, rooms.invite
        self.kick, self.ban, self.unban = rooms.kick, rooms.ban, rooms.unban
        self.describe, self.rename = rooms.describe, rooms.rename
        self.archive, self.appoint = rooms.archive, rooms.appoint
        # people
        self.who, self.people, self.picture = folk.who, folk.people, folk.picture
        self.set_profile, self.set_presence = folk.set_profile, folk.set_presence
        self.typing = folk.typing
        # what the user keeps
        self.mark_read, self.room_states = account.mark_read, account.room_states
        self.set_room, self.ignore = account.set_room, account.ignore
        # devices
        self.devices, self.label_device = devices.devices, devices.label_device
        self.remove_device, self.link_code = devices.remove_device, devices.link_code
        self.set_password = devices.set_password
        # administration
        self.make_invite, self.invites = administration.make_invite, administration.invites
        self.revoke_invite, self.users = administration.revoke_invite, administration.users
        self.set_realm_role = administration.set_realm_role
        self.deactivate, self.reactivate = administration.deactivate, administration.reactivate
        self.leaderless, self.appoint_owner = (
            administration.leaderless,
            administration.appoint_owner,
        )
        self.rename_user, self.recover = administration.rename_user, administration.recover

    def hearers(self) -> dict[type[fx.Effect], Callable[[Any], None]]:
        """Who is to be told of which effects, once they were carried out."""
        return {
            fx.Applied: self._hear_events,
            fx.RoomOpened: self._hear_room,
            fx.RoomChanged: self._hear_room,
            fx.AccountChanged: self._hear_account,
            fx.BranchSetAside: self._account.hear_branch,
            fx.RoomClosed: self._account.hear_closed,
            fx.Signalled: self._signals.heard,
        }

    def _hear_events(self, effect: fx.Applied) -> None:
        self._directory.heard(effect.events)
        self._account.hear_events(effect)

    def _hear_room(self, effect: fx.RoomOpened | fx.RoomChanged) -> None:
        self._directory.told(effect.info.people, self._engine.server_us())

    def _hear_account(self, effect: fx.AccountChanged) -> None:
        self._directory.is_me(self.me, self._engine.server_us())
        self._account.hear_version(effect)

    def _renamed(self, person: Acquaintance, before: str) -> None:
        self._signals.tell(PersonRenamed(person.id, person.name, before))
        self._account.hear_renamed(person.id)
        for info in self._engine.machine.rooms.infos.values():  # conversations are called anew
            if any(who.id == person.id and who.name != person.name for who in info.people):
                self._engine.open_room_later(info.room)

    # ── who and how ──────────────────────────────────────────────────────────────────────────────

    @property
    def name(self) -> str:
        """The user's name, as the server writes it once it was reached."""
        welcome = self._engine.machine.welcome
        return welcome.name if welcome else self._me

    @property
    def me(self) -> Who:
        """Who the user is: id and name; the id is 0 before the server was ever reached."""
        return Who(self._lookup.me, self.name)

    def name_of(self, user: int, otherwise: str = "") -> str:
        """What somebody is called now, as far as it was heard of here; else `otherwise`."""
        return self._directory.name_of(user, otherwise)

    def where(self, room: int) -> Where:
        """A room by its id, with what it is called now, as far as it was heard of here."""
        return self._lookup.where(room)

    def others_in(self, room: int) -> tuple[Who, ...]:
        """The others in a conversation, as far as it was heard of here; nobody for other rooms."""
        return self._lookup.others_in(room)

    def about(self, room: int) -> RoomInfo | None:
        """A room that the user is or was in, as it was last heard of."""
        return self._lookup.about(room)

    def _device(self) -> int:
        welcome = self._engine.machine.welcome
        return welcome.device if welcome else 0

    @property
    def role(self) -> str | None:
        """The user's standing in the realm (admin, member, guest), None before a welcome."""
        welcome = self._engine.machine.welcome
        return welcome.role.value if welcome else None

    @property
    def ignored(self) -> Mapping[int, str]:
        """Those whom the user ignores, names by id; their events come all the same."""
        return self._account.ignored

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
        return self._engine.pace.latency

    @property
    def stages(self) -> Stages | None:
        """Where the newest live event's time went, or None before there was one."""
        return self._engine.pace.stages

    @property
    def resumed(self) -> list[tuple[ChatEvent, Acknowledgement]]:
        """What a process that is gone left in the outbox, as events without a seq (0), each with
        the future of its acknowledgement.
        """
        return self._sending.resumed()

    @property
    def clock_offset(self) -> float | None:
        """Seconds that the server's clock is ahead of this machine's, or None before a reply."""
        server_us = self._engine.machine.clock.server_us(asyncio.get_running_loop().time())
        return None if server_us is None else server_us / 1e6 - time.time()

    @property
    def retry_in(self) -> float | None:
        """Seconds until the next attempt to connect, while the client is offline and waits."""
        at = self._engine.machine.retry_at
        return None if at is None else max(0.0, at - asyncio.get_running_loop().time())

    def reconnect_now(self) -> None:
        """Connect now instead of in `retry_in` seconds; nothing where there is a connection.

        Raises what ended the client, if it has ended.
        """
        self._engine.reconnect_now()

    @property
    def joined(self) -> list[str]:
        """The names of the rooms that the user is a member of, also offline."""
        return [room.name for room in self._lookup.joined()]

    @property
    def joined_rooms(self) -> list[Where]:
        """`joined` with the rooms' ids, by name."""
        return self._lookup.joined()

    @property
    def waiting(self) -> int:
        """How many sends are not yet acknowledged."""
        return self._engine.waiting

    def complete_to(self, room: RoomRef) -> int | None:
        """The seq up to which the server's head confirms the room whole, or None before that."""
        info = self._lookup.known(room)
        timeline = self._engine.machine.rooms.timelines.get(info.room) if info else None
        return timeline.completed if timeline and timeline.completed >= 0 else None

    def link_to(self, room: RoomRef, seq: int) -> str:
        """A link to a message, for members of the room: it holds no token that lets anybody in.

        Refused(NOT_FOUND) for a room that the user is in no more, or not yet.
        """
        check_seq(seq)
        info, link = self._lookup.known(room), self._engine.link
        if info is None:
            raise no_room(room)
        return str(MessageLink(link.host, link.port, link.key, info.room, seq))

    def signals(self) -> AsyncGenerator[ChatSignal, None]:
        """Who is typing, who is there, what changed on another device: from now on, until the end.

        Any of them may be lost. What ends the client for good is raised.
        """
        return self._signals.listen()
