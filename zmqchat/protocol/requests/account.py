"""Requests about what a user keeps: markers, settings, the profile, devices, the password."""

from __future__ import annotations

from zmqchat.protocol.requests.base import RequestStruct
from zmqchat.protocol.rooms import Level


class Account(RequestStruct, frozen=True, tag="account"):
    """Read markers, counts and settings that changed after `since` (0: all of them)."""

    since: int = 0


class MarkRead(RequestStruct, frozen=True, tag="mark-read"):
    """The user has read the room up to `seq`; a marker only moves forward."""

    room: int
    seq: int


class SetRoom(RequestStruct, frozen=True, tag="set-room"):
    """What the user wants to be told of in a room, and whether it is muted."""

    room: int
    level: Level
    muted: bool


class Ignore(RequestStruct, frozen=True, tag="ignore"):
    """The asker wants to see nothing of `user` (`on`), or to see it again."""

    user: int
    on: bool = True


class SetProfile(RequestStruct, frozen=True, tag="set-profile"):
    """How the user is shown; None leaves a part as it is, an empty value clears it."""

    display: str | None = None
    status: str | None = None
    picture: bytes | None = None


class Picture(RequestStruct, frozen=True, tag="picture"):
    """The picture of a person."""

    user: int


class Devices(RequestStruct, frozen=True, tag="devices"):
    """The devices of the asker, or of `user` for administrators."""

    user: int | None = None


class LabelDevice(RequestStruct, frozen=True, tag="label-device"):
    """Calls one of the asker's devices something else."""

    device: int
    label: str


class RemoveDevice(RequestStruct, frozen=True, tag="remove-device"):
    """A device of the asker (of anybody, for administrators) is out at once, and for good."""

    device: int


class MakeLinkCode(RequestStruct, frozen=True, tag="make-link-code"):
    """A one-time code with which a further device becomes the asker's."""


class SetPassword(RequestStruct, frozen=True, tag="set-password"):
    """The password that lets further devices in (`new` "": none); `old` where there is one."""

    new: str
    old: str = ""
