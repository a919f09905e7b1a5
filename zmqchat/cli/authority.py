"""With whose authority the realm is administered: the operator's, or an administrator's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from zmqchat.cli.places import realm_directory
from zmqchat.cli.session import with_chat
from zmqchat.errors import ChatError, Code, UsageError

if TYPE_CHECKING:
    from zmqchat.client.administration import Administration
    from zmqchat.security.links import JoinLink

T = TypeVar("T")


def with_authority(
    data: Path | None, profile: str | None, work: Callable[[Administration], Awaitable[T]]
) -> T:
    """What `work` returns, asked as the operator of the realm in `data`, or as `profile`.

    ChatError(DATA_DIRECTORY) where the machine has no realm, UNREACHABLE where its server does not
    run: it decides, and nothing is changed beside it.
    """
    if profile is not None:
        _one_authority(data)
        return with_chat(profile, lambda chat: work(chat.administration))
    return asyncio.run(_as_operator(realm_directory(data), work))


async def _as_operator(data: Path, work: Callable[[Administration], Awaitable[T]]) -> T:
    from zmqchat.client.operator import operator
    from zmqchat.security import keys

    link = local_link(data)
    async with operator(link, keys.load_realm_keys(data).operator) as administration:
        return await work(administration)


def local_link(data: Path) -> JoinLink:
    """The join link of the realm in `data`; ChatError(DATA_DIRECTORY) where there is none."""
    from zmqchat.cli.link import join_link
    from zmqchat.security import keys, links

    if not keys.has_realm(data):
        raise ChatError(
            Code.DATA_DIRECTORY,
            f"there is no realm in {data}: say where it is with --data DIR, or administer it from "
            "here as one of its administrators with --profile P",
        )
    return links.parse(join_link(data))


def link_of(data: Path | None, profile: str | None) -> JoinLink:
    """The link by which the realm that is administered is reached."""
    if profile is None:
        return local_link(realm_directory(data))
    from zmqchat.client import profile as profiles

    return profiles.load(profile).link


def _one_authority(data: Path | None) -> None:
    if data is not None:
        raise UsageError(
            "give --data (as the operator) or --profile (as an administrator), not both"
        )
