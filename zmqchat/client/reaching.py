"""Which of a host's addresses to dial, and what whoever answers there turns out to be.

libzmq takes the first address of a name and of one family only, so names are resolved here. Of
several addresses the one that accepts a connection is dialled (RFC 8305, as asyncio has it).
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from contextlib import suppress
from typing import Any

from zmqchat.security.knock import Found, Knock

_NEXT_ADDRESS_S = 0.25  # RFC 8305: how long one address has before the next is tried beside it
_HEARD_AT_ONCE = 4096
_PAUSE_S = 0.2  # within which a server that is full has hung up


def is_literal(host: str) -> bool:
    """Whether `host` is an address itself, which takes no resolving."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


async def reachable(host: str, port: int) -> str:
    """The address of `host` to dial; OSError where there is no such host or nobody accepts."""
    if is_literal(host):
        return host
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:  # a server may name a broker so
        raise OSError(f"{host!r} can be no host's name") from None
    addresses = {numeric(address) for *_, address in found}
    if len(addresses) == 1:
        return addresses.pop()
    connection, _ = await loop.create_connection(
        asyncio.Protocol, host, port, happy_eyeballs_delay=_NEXT_ADDRESS_S, interleave=1
    )
    try:
        return numeric(connection.get_extra_info("peername"))
    finally:
        connection.close()


def numeric(address: tuple[Any, ...]) -> str:
    """The address as it is dialled: one that is good on one link only names that link."""
    host = str(address[0]).partition("%")[0]
    scope = address[3] if len(address) > 3 else 0
    return f"{host}%{scope}" if scope else host


async def knock(host: str, port: int, key: bytes, seconds: float) -> Found:
    """What listens there, within `seconds`: the holder of `key` (32 bytes), or something else."""
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(await reachable(host, port), port)
    except OSError:  # TimeoutError is one too
        return Found.AWAY
    tried = Knock(key)
    try:
        async with asyncio.timeout(seconds):
            return await _heard(reader, writer, tried)
    except TimeoutError:
        return Found.SILENT
    except OSError:  # the way there has gone
        return Found.AWAY
    finally:
        writer.close()


async def _heard(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, tried: Knock) -> Found:
    writer.write(tried.greeting)
    while not tried.has_greeted:
        if found := await _next(reader, tried, asked=False):
            return found
    writer.write(tried.hello[:-1])
    with suppress(TimeoutError):
        async with asyncio.timeout(_PAUSE_S):
            if found := await _next(reader, tried, asked=False):
                return found
    writer.write(tried.hello[-1:])
    while not (found := await _next(reader, tried, asked=True)):
        pass
    return found


async def _next(reader: asyncio.StreamReader, tried: Knock, *, asked: bool) -> Found | None:
    try:
        data = await reader.read(_HEARD_AT_ONCE)
    except ConnectionError:
        data = b""
    return tried.receive(data) if data else tried.closed(asked=asked)
