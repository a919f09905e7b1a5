"""How a command comes to a connected `Chat`, and what it tells that nobody asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from zmqchat.cli.output import complain
from zmqchat.cli.places import realm_directory
from zmqchat.errors import ChatError, Code

if TYPE_CHECKING:
    from zmqchat.client.chat import Chat
    from zmqchat.client.notices import Notice

T = TypeVar("T")


def with_chat(
    profile: str | None,
    work: Callable[[Chat], Awaitable[T]],
    *,
    listen: bool = False,
    sends: bool = False,
    timeout: float = 20.0,
) -> T:
    """Connects as `profile` (None: the one in use) and returns what `work` returns.

    With `listen`, events come live; without, a command is quicker. With `sends`, `work` tells of
    refused messages itself. Nobody sees the person come and go by it. `timeout` is how long the
    server may take to answer, in seconds. What a person must see besides goes to stderr.
    """
    from zmqchat.client.entrances import open_profile
    from zmqchat.client.notices import WARNINGS, NoticeKind
    from zmqchat.protocol.people import Presence

    told = WARNINGS - {NoticeKind.SEND_FAILED} if sends else WARNINGS
    if not listen:  # a script would be told so at each of its commands, all day long
        told -= {NoticeKind.GUESSED}

    def tell(notice: Notice) -> None:
        if notice.kind in told:
            complain(notice.text)

    async def session() -> T:
        async with open_profile(
            profile, listen=listen, presence=Presence.HIDDEN, timeout=timeout, on_notice=tell
        ) as chat:
            return await work(chat)

    require_profile(profile)
    return asyncio.run(session())


def require_profile(profile: str | None) -> None:
    """ChatError(BAD_PROFILE) where nobody has joined, and the realm of this machine can be."""
    from zmqchat.client import profile as profiles
    from zmqchat.security import keys

    if profile is None and not profiles.labels() and keys.has_realm(realm_directory(None)):
        raise ChatError(
            Code.BAD_PROFILE,
            "you have not joined yet: `zmqchat join --name NAME` joins the realm of this machine",
        )
