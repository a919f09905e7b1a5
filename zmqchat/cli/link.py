"""`zmqchat link`: links to the realm, for those who join, and to a message.

And how a realm's join link is found on the machine that it lives on.
"""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zmqchat.cli.options import DataOption, ProfileOption
from zmqchat.cli.output import say
from zmqchat.cli.places import realm_directory
from zmqchat.errors import ChatError, Code, UsageError

if TYPE_CHECKING:
    from zmqchat.client.chat import Chat

_OUTSIDE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}  # for documentation only


def link(
    room: Annotated[
        str | None, typer.Argument(metavar="ROOM", show_default=False, help="A message's room.")
    ] = None,
    seq: Annotated[
        int | None, typer.Argument(metavar="SEQ", min=1, show_default=False, help="Its number.")
    ] = None,
    profile: ProfileOption = None,
    data: DataOption = None,
) -> None:
    """Print the join link, all that a client needs; or with ROOM SEQ a link to a message.

    A link to a message lets nobody in: who may read the room opens it with `zmqchat show`.
    """
    if room is None:
        say(join_link(realm_directory(data)))
    elif seq is None:
        raise UsageError("give the message's number too: zmqchat link ROOM SEQ")
    else:
        say(_message_link(profile, room, seq))


def _message_link(profile: str | None, room: str, seq: int) -> str:
    from zmqchat.cli.session import with_chat

    async def made(chat: Chat) -> str:
        where = await chat.find(room)
        await chat.message(where.id, seq)  # a link that leads nowhere helps nobody
        return str(chat.link_to(where.id, seq))

    return with_chat(profile, made)


def join_link(data: Path) -> str:
    """The join link of the realm in `data`, with the address that its server last had.

    ChatError(DATA_DIRECTORY) where there is no realm, or none that was ever started.
    """
    from zmqchat.security import keys, links

    if not keys.has_realm(data):
        raise ChatError(
            Code.DATA_DIRECTORY,
            f"there is no realm in {data} yet: `zmqchat up` makes and starts one",
        )
    realm = keys.load_realm_keys(data)
    host, port = server_address(data)
    return str(links.JoinLink(host, port, realm.realm.public, realm.join))


def server_address(data: Path) -> tuple[str, int]:
    """Host and port that clients of the realm in `data` dial, as its server recorded them."""
    from zmqchat.protocol.limits import KEY_BYTES
    from zmqchat.security import links

    path = data / "address.json"
    try:
        recorded = json.loads(path.read_text(encoding="utf-8"))
        host, port = str(recorded["host"]), int(recorded["port"])
        everywhere = host in links.EVERYWHERE
        links.JoinLink("localhost" if everywhere else host, port, bytes(KEY_BYTES))
    except FileNotFoundError:
        raise ChatError(
            Code.DATA_DIRECTORY,
            f"the realm in {data} has not been started yet, so that it has no address: "
            "`zmqchat up` starts it",
        ) from None
    except (ValueError, KeyError, TypeError, UsageError):
        raise ChatError(
            Code.DATA_DIRECTORY, f"{path} is damaged: restart the server, which writes it anew"
        ) from None
    return (machine_address() if everywhere else host), port


def machine_address() -> str:
    """The address of this machine that others reach it by, or the loopback where it has none."""
    for family, outside in _OUTSIDE.items():
        # Connecting a datagram socket sends nothing: it asks the routing table for our address.
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((outside, 9))
                return str(probe.getsockname()[0])
        except OSError:
            continue
    return "127.0.0.1"
