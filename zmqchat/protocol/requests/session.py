"""Requests that open, keep and close a session."""

from __future__ import annotations

from typing import Annotated

import msgspec

from zmqchat.protocol.limits import VERSIONS_PER_HELLO
from zmqchat.protocol.people import Presence
from zmqchat.protocol.requests.base import RequestStruct


class Hello(RequestStruct, frozen=True, tag="hello"):
    """Opens a session on this connection for the CURVE key it was made with.

    `versions` are the protocol versions that the client speaks; `name` is claimed when it is
    free, or must belong to the connection's key, or to the `password` or one-time `code` given,
    which makes the key a further device of its user. `token` is the join link's, or an
    invitation's code. `client` and `label` describe the program and the device to people.
    """

    versions: Annotated[list[int], msgspec.Meta(max_length=VERSIONS_PER_HELLO)]
    name: str
    client: str
    token: str = ""
    label: str = ""
    password: str = ""
    code: str = ""
    presence: Presence = Presence.ONLINE


class Heartbeat(RequestStruct, frozen=True, tag="heartbeat"):
    """Says that the client lives and asks what changed since `cursor` (b"" for everything)."""

    cursor: bytes = b""


class SetPresence(RequestStruct, frozen=True, tag="set-presence"):
    """The person at this session is there (ONLINE), is not (AWAY), or does not count (HIDDEN)."""

    presence: Presence


class Bye(RequestStruct, frozen=True, tag="bye"):
    """Closes the session at once, instead of when its heartbeats stop."""
