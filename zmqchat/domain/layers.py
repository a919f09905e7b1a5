"""Devices, one-time codes, former names and what users keep: a layer, on top of another or none.

The committed state has one layer; a batch puts its own on top of it and throws it away, or has it
merged. A lookup asks its own layer first, and then the one below.
"""

from __future__ import annotations

from collections.abc import Iterator

from zmqchat.domain.ids import Ids
from zmqchat.domain.state import (
    Device,
    FormerName,
    Ignored,
    Reading,
    Ticket,
    TicketGone,
    TicketKind,
)

Account = FormerName | Device | Reading | Ignored | Ticket | TicketGone


class AccountLayer:
    """Values by their keys, with the indexes that decisions need.

    One thread puts while another reads: every step is one assignment into a dict.
    """

    def __init__(self, below: AccountLayer | None = None) -> None:
        self._below = below
        self._former: dict[str, FormerName] = {}
        self._former_of: dict[int, tuple[str, ...]] = {}
        self._devices: dict[int, Device] = {}
        self._device_of_key: dict[bytes, int] = {}
        self._devices_of: dict[int, tuple[int, ...]] = {}
        self._tickets: dict[int, Ticket] = {}
        self._ticket_of_hash: dict[bytes, int] = {}
        self._tickets_gone: dict[int, TicketGone] = {}  # of those below
        self._invites = Ids()
        self._readings: dict[int, dict[int, Reading]] = {}
        self._ignored: dict[int, dict[int, Ignored]] = {}
        self._versions: dict[int, int] = {}

    def put_account(self, value: Account) -> None:
        """Puts a value in the place of the one with its key."""
        match value:
            case Reading():
                self._readings.setdefault(value.user, {})[value.room] = value
                self._raise_version(value.user, value.version)
            case Ignored():
                self._ignored.setdefault(value.user, {})[value.other] = value
                self._raise_version(value.user, value.version)
            case Device():
                self._put_device(value)
            case Ticket():
                self._tickets[value.id] = value
                self._ticket_of_hash[value.hash] = value.id
                if value.kind is TicketKind.INVITE:
                    self._invites.add(value.id)
            case TicketGone():
                self._put_gone(value)
            case FormerName():
                self._put_former(value)

    def account_values(self) -> Iterator[Account]:
        """Every value of this layer, without those below."""
        yield from self._former.values()
        yield from self._devices.values()
        yield from self._tickets.values()
        yield from self._tickets_gone.values()
        for readings in self._readings.values():
            yield from readings.values()
        for ignored in self._ignored.values():
            yield from ignored.values()

    def former_name(self, skeleton: str) -> FormerName | None:
        """Whose name this skeleton was, before a renaming."""
        found = self._former.get(skeleton)
        return found or (self._below.former_name(skeleton) if self._below else None)

    def former_names(self, user: int) -> list[FormerName]:
        """The names that a user had before, the present one among them if it is back."""
        below = self._below.former_names(user) if self._below else []
        if user not in self._former_of:  # nearly always, and asked for everybody in a list
            return below
        mine = [self._former[skeleton] for skeleton in self._former_of.get(user, ())]
        return list(({name.skeleton: name for name in (*below, *mine)}).values())

    def device(self, device: int) -> Device | None:
        """A device by id."""
        return self._devices.get(device) or (self._below.device(device) if self._below else None)

    def device_of(self, key: bytes) -> Device | None:
        """The device with this CURVE public key."""
        found = self._device_of_key.get(key)
        if found is not None:
            return self._devices[found]
        return self._below.device_of(key) if self._below else None

    def devices_of(self, user: int) -> list[Device]:
        """A user's devices that are in, oldest first."""
        found = (self.device(number) for number in sorted(self._device_ids(user)))
        return [device for device in found if device is not None and not device.removed_us]

    def ticket(self, ticket: int) -> Ticket | None:
        """A one-time code by id."""
        found = self._tickets.get(ticket)
        if found is not None or self._below is None or ticket in self._tickets_gone:
            return found
        return self._below.ticket(ticket)

    def ticket_hashed(self, code_hash: bytes) -> Ticket | None:
        """The one-time code with this hash."""
        number = self._ticket_of_hash.get(code_hash)
        if number is not None:
            return self._tickets.get(number)
        found = self._below.ticket_hashed(code_hash) if self._below else None
        return None if found is None or found.id in self._tickets_gone else found

    def tickets(self) -> list[Ticket]:
        """Every one-time code that is kept."""
        return list(self._all_tickets().values())

    def invites_before(self, before: int, most: int) -> list[int]:
        """A page of this layer's invitations: the last `most` ids below `before`, newest first."""
        return self._invites.before(before, most)

    def reading(self, room: int, user: int) -> Reading | None:
        """What a user keeps about a room."""
        found = self._readings.get(user, {}).get(room)
        return found or (self._below.reading(room, user) if self._below else None)

    def readings_of(self, user: int) -> list[Reading]:
        """All that a user keeps about rooms."""
        below = self._below.readings_of(user) if self._below else []
        mine = self._readings.get(user, {}).copy()
        return list(({reading.room: reading for reading in below} | mine).values())

    def ignored(self, user: int, other: int) -> Ignored | None:
        """Whether a user ignores another; None: never said."""
        found = self._ignored.get(user, {}).get(other)
        return found or (self._below.ignored(user, other) if self._below else None)

    def ignored_by(self, user: int) -> set[int]:
        """The ids of those whom a user ignores."""
        found = self._below.ignored_by(user) if self._below else set()
        for other, ignored in self._ignored.get(user, {}).copy().items():
            (found.add if ignored.on else found.discard)(other)
        return found

    def account_version(self, user: int) -> int:
        """The highest version of what a user keeps (0: nothing)."""
        mine = self._versions.get(user)
        if mine is None and self._below is not None:
            return self._below.account_version(user)
        return mine or 0

    def _raise_version(self, user: int, version: int) -> None:
        self._versions[user] = max(version, self.account_version(user))

    def _put_former(self, name: FormerName) -> None:
        before = self._former_of.get(name.user, ())
        self._former[name.skeleton] = name
        if name.skeleton not in before:
            self._former_of[name.user] = (*before, name.skeleton)

    def _put_gone(self, gone: TicketGone) -> None:
        self._ticket_of_hash.pop(gone.hash, None)
        self._tickets.pop(gone.id, None)
        self._invites.discard(gone.id)
        if self._below is not None:
            self._tickets_gone[gone.id] = gone

    def _put_device(self, device: Device) -> None:
        others = tuple(each for each in self._devices_of.get(device.user, ()) if each != device.id)
        # One that is out for good is looked for by its key only.
        self._devices_of[device.user] = others if device.removed_us else (*others, device.id)
        self._devices[device.id] = device
        self._device_of_key[device.key] = device.id

    def _device_ids(self, user: int) -> set[int]:
        below = self._below._device_ids(user) if self._below else set()
        return below | set(self._devices_of.get(user, ()))

    def _all_tickets(self) -> dict[int, Ticket]:
        below = self._below._all_tickets() if self._below else {}
        found = below | self._tickets.copy()
        return {number: each for number, each in found.items() if number not in self._tickets_gone}
