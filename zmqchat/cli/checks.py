"""What `zmqchat doctor` looks at. Each check is a function that yields what it found."""

from __future__ import annotations

import asyncio
import platform
import shutil
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from zmqchat import __version__
from zmqchat.errors import ChatError, Code, Unavailable

_LITTLE_SPACE = 200 * 1024 * 1024
_MUCH_OFFSET_S = 2.0
_TOKEN_S = 60
_ANSWER_S = 5.0
_LIVE_S = 10.0


class Level(StrEnum):
    """How a finding stands."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: what was looked at, what was found, and what to do about it."""

    level: Level
    check: str
    found: str


def versions() -> Iterator[Finding]:
    """The program, the interpreter and the libraries below, which must know CURVE."""
    import zmq

    yield Finding(
        Level.OK,
        "versions",
        f"zmqchat {__version__}, Python {platform.python_version()}, libzmq {zmq.zmq_version()}, "
        f"SQLite {sqlite3.sqlite_version}",
    )
    if not zmq.has("curve"):
        yield Finding(
            Level.FAIL,
            "encryption",
            "this libzmq has no CURVE: install pyzmq from its wheel instead of the system's",
        )


def realm(data: Path) -> Iterator[Finding]:
    """The realm of this machine: keys, permissions, space, server and broker."""
    from zmqchat.security import keys

    if not keys.has_realm(data):
        yield Finding(Level.OK, "realm", f"there is none in {data}; `zmqchat up` makes one")
        return
    try:
        realm_keys = keys.load_realm_keys(data)
    except ChatError as error:
        yield Finding(Level.FAIL, "keys", error.message)
        return
    yield Finding(Level.OK, "keys", f"whole and private in {keys.keys_directory(data)}")
    yield from _directory(data)
    yield _database_of(data)
    yield _search_of(data)
    yield from _server_of(data)
    yield from _broker_of(data, realm_keys.token)


def _directory(data: Path) -> Iterator[Finding]:
    mode = stat.S_IMODE(data.stat().st_mode)
    if mode & 0o077:
        yield Finding(
            Level.WARN,
            "permissions",
            f"{data} is open to other users (mode {mode:04o}): `chmod 0700 {data}`",
        )
    else:
        yield Finding(Level.OK, "permissions", f"{data} is yours alone")
    free = shutil.disk_usage(data).free
    level = Level.WARN if free < _LITTLE_SPACE else Level.OK
    advice = ": make room, for a server cannot commit on a full disk" if level != Level.OK else ""
    yield Finding(level, "disk", f"{free // 2**20} MiB are free{advice}")


def _database_of(data: Path) -> Finding:
    """Whether the database is there, and the one that the keys are for."""
    from zmqchat.server import founding
    from zmqchat.server.app import DATABASE

    try:
        founding.check(data, str(data / DATABASE))
    except ChatError as error:
        return Finding(Level.FAIL, "database", error.message)
    return Finding(Level.OK, "database", "is this realm's")


def _search_of(data: Path) -> Finding:
    """The search index: derived from the database, so that its absence loses nothing."""
    from zmqchat.server.app import SEARCH_INDEX

    index = data / SEARCH_INDEX
    try:
        with closing(sqlite3.connect(f"{index.resolve().as_uri()}?mode=ro", uri=True)) as database:
            database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except sqlite3.Error as error:
        return Finding(
            Level.WARN,
            "search",
            f"{index} is not there or not readable ({error}): a running server makes it anew from "
            "the database; if it stays so, delete it and restart the server",
        )
    return Finding(Level.OK, "search", f"the index is {index.stat().st_size // 1024} KiB")


def _server_of(data: Path) -> Iterator[Finding]:
    from zmqchat.cli.link import join_link
    from zmqchat.cli.probes import ask_server
    from zmqchat.security import links

    try:
        link = links.parse(join_link(data))
        seconds = ask_server(link)
    except ChatError as error:
        yield Finding(Level.FAIL, "server", error.message)
    else:
        yield Finding(
            Level.OK,
            "server",
            f"answers at {links.bracketed(link.host)}:{link.port} in {seconds * 1000:.0f} ms",
        )


def _broker_of(data: Path, token_key: bytes) -> Iterator[Finding]:
    from zmqchat.cli.link import server_address
    from zmqchat.cli.probes import ask_broker
    from zmqchat.security import links, tokens

    try:
        host, port = server_address(data)
        token = tokens.issue(token_key, 0, 0, int((time.time() + _TOKEN_S) * 1e6))
        seconds = ask_broker(host, port + 2, token)
    except ChatError as error:
        yield Finding(Level.FAIL, "broker", error.message)
    else:
        place = f"{links.bracketed(host)}:{port + 2}"
        yield Finding(Level.OK, "broker", f"answers at {place} in {seconds * 1000:.0f} ms")


def profile(label: str | None) -> Iterator[Finding]:
    """The profile in use: its server, its broker, and the clocks of both sides."""
    from zmqchat.client import profile as profiles
    from zmqchat.security.links import bracketed

    if label is None and not profiles.labels():
        yield Finding(Level.OK, "profile", "you have not joined: `zmqchat join LINK --name NAME`")
        return
    try:
        person = profiles.load(label)
        offset = asyncio.run(_went_live(person.label))
    except ChatError as error:
        yield Finding(Level.FAIL, "profile", error.message)
        return
    place = f"{bracketed(person.link.host)}:{person.link.port}"
    yield Finding(
        Level.OK, "profile", f"{person.name} at {place} is connected and hears its broker"
    )
    yield _clock(offset)


async def _went_live(label: str) -> float:
    """How many seconds the server's clock is ahead, once events come through the broker.

    Unavailable(UNREACHABLE) where the server does not answer, or no broker admits this device.
    """
    from zmqchat.client.entrances import open_profile
    from zmqchat.client.notices import Notice, NoticeKind
    from zmqchat.sync.effects import State

    live = asyncio.Event()

    def hear(notice: Notice) -> None:
        if notice.kind is NoticeKind.STATE and notice.text == State.LIVE:
            live.set()

    async with open_profile(label, timeout=_ANSWER_S, on_notice=hear) as chat:
        try:
            await asyncio.wait_for(live.wait(), _LIVE_S)
        except TimeoutError:
            raise Unavailable(
                Code.UNREACHABLE,
                "the server answers, and its broker is not heard: see that the broker runs, and "
                "that no firewall blocks its port (two above the server's, unless told otherwise)",
            ) from None
        return chat.clock_offset or 0.0


def _clock(offset: float) -> Finding:
    if abs(offset) < _MUCH_OFFSET_S:
        return Finding(Level.OK, "clock", f"agrees with the server's within {abs(offset):.1f} s")
    return Finding(
        Level.WARN,
        "clock",
        f"the server's is {offset:+.0f} s from this machine's: set both by NTP; the order of "
        "messages does not depend on it, the times shown do",
    )
