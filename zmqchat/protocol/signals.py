"""Signals: what members are told of each other and may miss. They travel in `Signals` frames."""

from __future__ import annotations

import msgspec

from zmqchat.protocol.people import Presence


class Typing(msgspec.Struct, frozen=True, array_like=True, tag="typing"):
    """`name` is writing something in the room, or (`on` False) no longer is."""

    name: str
    on: bool


class PresenceChanged(msgspec.Struct, frozen=True, array_like=True, tag="presence"):
    """`name` is there, away or gone; told in the general room."""

    name: str
    presence: Presence


class ProfileChanged(msgspec.Struct, frozen=True, array_like=True, tag="profile"):
    """`name` shows another display name, status or picture; told in the general room."""

    name: str
    display: str
    status: str
    picture: bytes


Signal = Typing | PresenceChanged | ProfileChanged
