"""Devices: which are the user's, what they are called, how others come in, and how they get out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zmqchat.client.codes import OneTimeCode, code_of
from zmqchat.client.events import moment, rfc3339
from zmqchat.client.listing import Call
from zmqchat.client.naming import PersonRef, exactly
from zmqchat.protocol.people import DeviceEntry
from zmqchat.protocol.replies import DeviceList, PeopleFound
from zmqchat.protocol.requests import (
    Devices,
    FindPeople,
    LabelDevice,
    MakeLinkCode,
    RemoveDevice,
    SetPassword,
)


@dataclass(frozen=True, slots=True)
class Device:
    """A device that is in. `seen_at` is its newest hello (None: none known); `this` is this one."""

    id: int
    label: str
    created_at: datetime
    seen_at: datetime | None
    online: bool
    this: bool

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "id": self.id,
            "label": self.label,
            "created_at": rfc3339(self.created_at),
            "seen_at": rfc3339(self.seen_at) if self.seen_at else None,
            "online": self.online,
            "this": self.this,
        }


class DeviceActions:
    """What may be done about devices. `own` is the id of this one, 0 where it is none."""

    def __init__(self, call: Call, own: Callable[[], int]) -> None:
        self._call = call
        self._own = own

    async def devices(self, person: PersonRef = "") -> list[Device]:
        """The user's devices, or those of `person` for administrators; oldest first."""
        user = await _account(self._call, person) if isinstance(person, str) else person
        reply = await self._call(Devices(user))
        assert isinstance(reply, DeviceList)
        return [_device(entry, self._own()) for entry in reply.devices]

    async def label_device(self, device: int, label: str) -> None:
        """Call one of the user's devices something else."""
        await self._call(LabelDevice(device, label))

    async def remove_device(self, device: int) -> None:
        """A device of the user (of anybody, for administrators) is out at once, and for good."""
        await self._call(RemoveDevice(device))

    async def link_code(self) -> OneTimeCode:
        """A one-time code with which a further device becomes the user's."""
        return code_of(await self._call(MakeLinkCode()))

    async def set_password(self, new: str, old: str = "") -> None:
        """The password that lets further devices in ("": none); `old` where there is one."""
        await self._call(SetPassword(new, old))


async def _account(call: Call, name: str) -> int | None:
    """The id of whoever is or was called so, None for no name; Refused(NOT_FOUND) for nobody's."""
    name = name.removeprefix("@")
    if not name:
        return None
    reply = await call(FindPeople([name]))
    assert isinstance(reply, PeopleFound)
    return exactly(name, reply.people[0]).id


def _device(entry: DeviceEntry, own: int) -> Device:
    seen = moment(entry.seen_us) if entry.seen_us else None
    return Device(
        entry.device,
        entry.label,
        moment(entry.created_us),
        seen,
        entry.online,
        entry.device == own,
    )
