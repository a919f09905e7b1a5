"""Replies about what a user keeps, about devices and about accounts."""

from __future__ import annotations

from zmqchat.protocol.people import DeviceEntry, InviteEntry, LeaderlessRoom, UserEntry
from zmqchat.protocol.replies.base import ReplyStruct
from zmqchat.protocol.rooms import RoomState
from zmqchat.protocol.who import Who


class AccountState(ReplyStruct, frozen=True, tag="account-state"):
    """What changed of what the user keeps, at `version`.

    `rooms` has the rooms whose marker or settings changed, and those with unread messages.
    `ignored` are all the people whom the user ignores. `password` says whether there is one.
    """

    version: int
    rooms: list[RoomState]
    ignored: list[Who]
    password: bool


class PictureData(ReplyStruct, frozen=True, tag="picture-data"):
    """A person's picture, PNG, JPEG or WebP; empty where there is none."""

    user: int
    data: bytes


class DeviceList(ReplyStruct, frozen=True, tag="device-list"):
    """Devices that are in, oldest first; `DEVICES_PER_USER` at most."""

    devices: list[DeviceEntry]


class OneTimeCode(ReplyStruct, frozen=True, tag="one-time-code"):
    """A code to be shown once to a person; it is good until `until_us`."""

    code: str
    until_us: int


class InviteList(ReplyStruct, frozen=True, tag="invite-list"):
    """A page of invitations, newest first; others follow before `next` (0: that is all)."""

    invites: list[InviteEntry]
    next: int = 0


class UserList(ReplyStruct, frozen=True, tag="user-list"):
    """A page of accounts, by id; others follow after `next` (0: that is all)."""

    users: list[UserEntry]
    next: int = 0


class LeaderlessRooms(ReplyStruct, frozen=True, tag="leaderless-rooms"):
    """Rooms that no open account owns; others may follow after `next` (0: that is all)."""

    rooms: list[LeaderlessRoom]
    next: int = 0
