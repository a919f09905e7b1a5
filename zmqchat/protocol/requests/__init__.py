"""Requests: everything that a client may ask. What is not listed here does not exist.

One frame holds one `Request`; the body's tag is its `type` field, unknown tags and unknown fields
are refused. Sends are batched: what waits in an outbox goes out as one `Send`.
"""

from __future__ import annotations

from typing import Final, get_args

import msgspec

from zmqchat.protocol.requests.account import (
    Account,
    Devices,
    Ignore,
    LabelDevice,
    MakeLinkCode,
    MarkRead,
    Picture,
    RemoveDevice,
    SetPassword,
    SetProfile,
    SetRoom,
)
from zmqchat.protocol.requests.log import (
    CatchUp,
    Chains,
    History,
    OneMessage,
    Pins,
    Search,
    Send,
    SendItem,
    Span,
    Thread,
)
from zmqchat.protocol.requests.realm import (
    AppointOwner,
    Deactivate,
    Invites,
    Leaderless,
    MakeInvite,
    Reactivate,
    Recover,
    RenameUser,
    RevokeInvite,
    SetRealmRole,
    Users,
)
from zmqchat.protocol.requests.rooms import (
    CreateRoom,
    FindPeople,
    FindRoom,
    KnowPeople,
    Members,
    OpenDirect,
    OpenRooms,
    Rooms,
    SetTyping,
)
from zmqchat.protocol.requests.session import Bye, Heartbeat, Hello, SetPresence

AdminRequest = (
    MakeInvite
    | Invites
    | RevokeInvite
    | Users
    | SetRealmRole
    | Deactivate
    | Reactivate
    | RenameUser
    | Recover
    | Leaderless
    | AppointOwner
)
"""What the realm's administrators may ask, and its operator, who needs no session for it."""

RequestBody = (
    Hello
    | Heartbeat
    | SetPresence
    | Bye
    | Send
    | CatchUp
    | Chains
    | History
    | Thread
    | OneMessage
    | Pins
    | Search
    | Rooms
    | FindRoom
    | OpenRooms
    | CreateRoom
    | OpenDirect
    | Members
    | FindPeople
    | KnowPeople
    | SetTyping
    | Account
    | MarkRead
    | SetRoom
    | Ignore
    | SetProfile
    | Picture
    | Devices
    | LabelDevice
    | RemoveDevice
    | MakeLinkCode
    | SetPassword
    | AdminRequest
)


BY_TYPE: Final[dict[str, type[RequestBody]]] = {
    str(body.__struct_config__.tag): body for body in get_args(RequestBody)
}
"""Every request by its tag."""


class Request(msgspec.Struct, frozen=True):
    """A request frame. `id` is the client's and returns in the reply."""

    id: int
    body: RequestBody


__all__ = [
    "BY_TYPE", "Account", "AdminRequest", "AppointOwner", "Bye", "CatchUp", "Chains",
    "CreateRoom", "Deactivate", "Devices", "FindPeople", "FindRoom", "Heartbeat", "Hello",
    "History", "Ignore", "Invites", "KnowPeople", "LabelDevice", "Leaderless", "MakeInvite",
    "MakeLinkCode", "MarkRead", "Members", "OneMessage", "OpenDirect", "OpenRooms", "Picture",
    "Pins", "Reactivate", "Recover", "RemoveDevice", "RenameUser", "Request", "RequestBody",
    "RevokeInvite", "Rooms", "Search", "Send", "SendItem", "SetPassword", "SetPresence",
    "SetProfile", "SetRealmRole", "SetRoom", "SetTyping", "Span", "Thread", "Users",
]  # fmt: skip
