"""The limits of the request plane: who has to wait, and for how long.

A client at its limit is slowed and told when to come again, never failed for good; the numbers
are in `domain.limits`.
"""

from __future__ import annotations

from zmqchat.domain import limits as rates
from zmqchat.domain.order import HOLD_US
from zmqchat.domain.realm_permissions import Asking
from zmqchat.errors import Code, Refused
from zmqchat.protocol.limits import SENDS_IN_FLIGHT
from zmqchat.protocol.replies import Refusal
from zmqchat.runtime.peers import place_of
from zmqchat.server.guesses import Guesses
from zmqchat.server.sessions import Session

LOOK_COST = 100
"""What a list costs of what a device may read, in events; reads from the disk say it themselves."""


MOST_UNDER_WAY = 5 * 1024 * 1024
"""Bytes of one user's sends that are not written yet: what one client has under way at most. Six
users may before nobody is read."""

_MIB = 1024 * 1024
_SOON_S = HOLD_US / 1e6 / 2  # a client takes half as long again, and must be within the hold


class Admission:
    """One server's buckets; those of passwords are `guesses`. Times `now` are monotonic seconds."""

    def __init__(self, allowance: rates.Allowance = rates.ALLOWANCE) -> None:
        self._allowance = allowance
        self._bytes, self._bytes_a_day = map(rates.Limiter, allowance.rates)
        self._hellos_by_device = rates.Limiter(rates.HELLOS_PER_DEVICE)
        self._hellos_by_address = rates.Limiter(rates.HELLOS_PER_ADDRESS)
        self._sends = rates.Limiter(rates.SENDS_PER_DEVICE)
        self._reads = rates.Limiter(rates.READS_PER_DEVICE)
        self._rooms = rates.Limiter(rates.ROOMS_PER_DEVICE)
        self._heartbeats = rates.Limiter(rates.HEARTBEATS_PER_DEVICE)
        self.guesses = Guesses()
        self._changes = rates.Limiter(rates.CHANGES_PER_DEVICE)
        self._profiles = rates.Limiter(rates.PROFILES_PER_DEVICE)
        self._codes = rates.Limiter(rates.CODES_PER_USER)
        self._invites = rates.Limiter(rates.INVITES_PER_USER)
        self._searches = rates.Limiter(rates.SEARCHES_PER_DEVICE)
        self._signals = rates.Limiter(rates.SIGNALS_PER_SESSION)
        self._typing = rates.Limiter(rates.TYPING_PER_ROOM)

    def hello(self, device: int | None, address: str, now: float) -> None:
        """Lets a connection say hello; Refused(RATE_LIMITED) otherwise.

        A device that is known has its own bucket. Keys are free: all others share one a place.
        """
        if device is not None:
            wait = self._hellos_by_device.wait(device, now)
        else:
            wait = self._hellos_by_address.wait(place_of(address), now)
        if wait:
            raise Refused(Code.RATE_LIMITED, "Too many connections are being made.", wait)

    def sends(
        self, session: Session, count: int, size: int, under_way: int, now: float
    ) -> Refusal | None:
        """None, or why `count` more sends of `size` bytes together are refused for now.

        `under_way` bytes of their user's are not written yet.
        """
        if under_way and under_way + size > MOST_UNDER_WAY:
            return Refusal(Code.BUSY, "Too much of what you sent is under way.", 0.1)
        if session.sends_in_flight + count > SENDS_IN_FLIGHT:
            text = f"More than {SENDS_IN_FLIGHT} of your messages are under way."
            return Refusal(Code.BUSY, text, 0.1)
        if wait := self._sends.wait(session.actor.device, now, count):
            return Refusal(Code.RATE_LIMITED, "You are sending faster than is allowed.", wait)
        return self._stores(session.actor.user.id, size, now)

    def _stores(self, user: int, size: int, now: float) -> Refusal | None:
        if wait := self._bytes_a_day.wait(user, now, size):
            most = self._allowance.a_day // _MIB
            text = f"You have sent as much as a person may here, {most} MiB a day."
            return Refusal(Code.RATE_LIMITED, f"{text} It is sent by and by.", min(wait, _SOON_S))
        if wait := self._bytes.wait(user, now, size):
            self._bytes_a_day.give_back(user, size)
            text = "You are sending more bytes than is allowed. They are sent by and by."
            return Refusal(Code.RATE_LIMITED, text, min(wait, _SOON_S))
        return None

    def not_stored(self, user: int, size: int) -> None:
        """What was let in is not in the log: a disk that is full uses nobody's quota up."""
        self._bytes.give_back(user, size)
        self._bytes_a_day.give_back(user, size)

    def read(self, session: Session, now: float, cost: int = LOOK_COST) -> None:
        """Lets a session read what costs as much as `cost` events; Refused(RATE_LIMITED)."""
        if wait := self._reads.wait(session.actor.device, now, cost):
            raise Refused(Code.RATE_LIMITED, "You are reading faster than is allowed.", wait)

    def search(self, session: Session, now: float) -> None:
        """Lets a session search; Refused(RATE_LIMITED) otherwise."""
        if wait := self._searches.wait(session.actor.device, now):
            raise Refused(Code.RATE_LIMITED, "You are searching faster than is allowed.", wait)

    def signal(self, session: Session, now: float) -> None:
        """Lets a session say where its person is, or is typing; Refused(RATE_LIMITED) otherwise."""
        if wait := self._signals.wait(session.peer, now):
            raise Refused(Code.RATE_LIMITED, "You say that faster than is allowed.", wait)

    def typing(self, room: int, now: float) -> bool:
        """Whether a room is told once more who is typing: no number of it may wear its key out."""
        return not self._typing.wait(room, now)

    def create(self, session: Session, now: float) -> None:
        """Lets a session make a room; Refused(RATE_LIMITED) otherwise."""
        if wait := self._rooms.wait(session.actor.device, now):
            raise Refused(Code.RATE_LIMITED, "You are making rooms faster than is allowed.", wait)

    def heartbeat(self, session: Session, now: float) -> None:
        """Lets a session ask what changed; Refused(RATE_LIMITED) otherwise."""
        if wait := self._heartbeats.wait(session.actor.device, now):
            raise Refused(Code.RATE_LIMITED, "You ask for this faster than is allowed.", wait)

    def change(self, who: Asking, now: float) -> None:
        """Lets somebody change what is kept about people; Refused(RATE_LIMITED) otherwise."""
        _take(self._changes, who.device, now)

    def look(self, who: Asking, now: float, cost: int = LOOK_COST) -> None:
        """Lets somebody see a list of what is in memory; Refused(RATE_LIMITED) otherwise."""
        if wait := self._reads.wait(who.device, now, cost):
            raise Refused(Code.RATE_LIMITED, "You are reading faster than is allowed.", wait)

    def profile(self, who: Asking, now: float) -> None:
        """Lets somebody show themselves otherwise, which everybody is told of."""
        _take(self._profiles, who.device, now)

    def code(self, who: Asking, now: float) -> None:
        """Lets somebody make a code for a device; Refused(RATE_LIMITED) otherwise."""
        _take(self._codes, who.user.id if who.user else 0, now)

    def invite(self, who: Asking, now: float) -> None:
        """Lets somebody invite; Refused(RATE_LIMITED) otherwise."""
        _take(self._invites, who.user.id if who.user else 0, now)


def _take(limiter: rates.Limiter, key: int, now: float) -> None:
    if wait := limiter.wait(key, now):
        raise Refused(
            Code.RATE_LIMITED, "You ask for this faster than is allowed; nothing was changed.", wait
        )
