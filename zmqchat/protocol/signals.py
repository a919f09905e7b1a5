"""Signals: what members are told of each other and may miss. They travel in `Signals` frames."""

from __future__ import annotations

import msgspec

from zmqchat.protocol.people import Presence


class Typing(msgspec.Struct, frozen=True, array_like=True, tag="typing"):
    """`user` is writing something in the room, or (`on` False) no longer is."""

    user: int
    name: str
    on: bool


class PresenceChanged(msgspec.Struct, frozen=True, array_like=True, tag="presence"):
    """`user` is there, away or gone; told in the general room."""

    user: int
    name: str
    presence: Presence


class ProfileChanged(msgspec.Struct, frozen=True, array_like=True, tag="profile"):
    """`user` shows another display name, status or picture; told in the general room."""

    user: int
    name: str
    display: str
    status: str
    picture: bytes


Signal = Typing | PresenceChanged | ProfileChanged
