"""Replies: what the server answers, one frame for one request."""

from __future__ import annotations

import msgspec

from zmqchat.protocol.replies.account import (
    AccountState,
    DeviceList,
    InviteList,
    LeaderlessRooms,
    OneTimeCode,
    PictureData,
    UserList,
)
from zmqchat.protocol.replies.log import (
    Accepted,
    CaughtUp,
    CaughtUpAll,
    ChainsAt,
    Found,
    Message,
    MessageDetail,
    Messages,
    Reaction,
    Refusal,
    SearchResults,
    Sent,
)
from zmqchat.protocol.replies.rooms import (
    OpenedRooms,
    People,
    PeopleFound,
    RoomCreated,
    RoomFound,
    RoomList,
)
from zmqchat.protocol.replies.session import Beat, Done, ListenToken, PersonalTopic, Welcome

ReplyBody = (
    Welcome
    | Beat
    | Done
    | Sent
    | CaughtUpAll
    | ChainsAt
    | Messages
    | MessageDetail
    | SearchResults
    | RoomList
    | RoomFound
    | OpenedRooms
    | RoomCreated
    | People
    | PeopleFound
    | AccountState
    | PictureData
    | DeviceList
    | OneTimeCode
    | InviteList
    | UserList
    | LeaderlessRooms
)


class Fault(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request was refused: a stable code, a sentence for a person, seconds to wait."""

    code: str
    message: str
    retry_after: float | None = None


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """A reply frame: exactly one of `ok` and `error` is set. `id` is the request's."""

    id: int
    ok: ReplyBody | None = None
    error: Fault | None = None


__all__ = [
    "Accepted", "AccountState", "Beat", "CaughtUp", "CaughtUpAll", "ChainsAt", "DeviceList",
    "Done", "Fault", "Found", "InviteList", "LeaderlessRooms", "ListenToken", "Message",
    "MessageDetail", "Messages", "OneTimeCode", "OpenedRooms", "People", "PeopleFound",
    "PersonalTopic", "PictureData", "Reaction", "Refusal", "Reply", "ReplyBody", "RoomCreated",
    "RoomFound", "RoomList", "SearchResults", "Sent", "UserList", "Welcome",
]  # fmt: skip
