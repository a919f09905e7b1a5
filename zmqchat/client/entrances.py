"""The entrances: how a program comes to a connected `Chat`, and when it lets go of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace

from zmqchat import __version__
from zmqchat.client import profile as profiles
from zmqchat.client.chat import Chat
from zmqchat.client.checks import check_sayable
from zmqchat.client.disk import Disk
from zmqchat.client.engine import Engine
from zmqchat.client.mending import open_disk
from zmqchat.client.notices import Notice, NoticeKind, notice_of, renaming
from zmqchat.client.outbox import Warn
from zmqchat.client.profile import Profile
from zmqchat.errors import ChatError, Code, Refused, Unavailable, UsageError
from zmqchat.protocol.people import Presence
from zmqchat.protocol.rooms import RoomInfo
from zmqchat.security.keys import KeyPair
from zmqchat.security.links import JoinLink, parse
from zmqchat.sync import effects as fx
from zmqchat.sync.session import Identity

CONNECT_S = 20.0
"""How long `connect` waits for the server by default."""

_FLUSH_S = 60.0

OnNotice = Callable[[Notice], None]


@asynccontextmanager
async def connect(
    link: str | JoinLink | None = None,
    name: str | None = None,
    *,
    profile: Profile | None = None,
    ephemeral: bool = False,
    listen: bool = True,
    password: str | None = None,
    code: str | None = None,
    presence: Presence = Presence.ONLINE,
    device: str = "",
    timeout: float | None = CONNECT_S,  # noqa: ASYNC109 - how long to wait for the server only
    on_notice: OnNotice | None = None,
) -> AsyncIterator[Chat]:
    """Connect to a realm as `name`, and stay connected until the block ends.

    With a join link and a name, the profile of that name in that realm is used, and made at the
    first time: its device key is what the name belongs to from then on. With `ephemeral`, nothing
    is kept on disk, and the name cannot be used again. Without a link, the profile in use. With
    `listen` false no room is followed, which is all that sending and asking need. Where the name is
    another device's, `password` or a one-time `code` makes this one a further device of its user,
    called `device`. With `presence` hidden the session does not show the person as present.

    Waits up to `timeout` seconds for the server (None: not at all; the profile is readable
    meanwhile), then Unavailable(UNREACHABLE or KEY_MISMATCH); Refused when the server says no. At
    the end of the block what was posted is waited for, unless an error ended it.
    """
    check_sayable([device, password, code])
    hello = Identity(
        "",
        client=f"zmqchat {__version__}",
        label=device,
        password=password or "",
        code=code or "",
        presence=presence,
    )
    person = None if ephemeral else profile or _profile(link, name)
    if person is None:
        engine, chat = _ephemeral(link, name, hello, listen, on_notice)
    else:
        engine, chat = _persistent(person, hello, listen, on_notice)
    try:
        engine.start()
        if timeout is not None:
            await _welcomed(engine, timeout)
            if person is not None:
                with _unkept_is_told(engine):
                    profiles.save(person)
        yield chat
        await _flushed(engine)
    finally:
        engine.close()
        if person is not None and _was_refused(engine):
            profiles.discard(person)


@asynccontextmanager
async def open_profile(
    label: str | None = None,
    *,
    listen: bool = True,
    presence: Presence = Presence.ONLINE,
    timeout: float | None = CONNECT_S,  # noqa: ASYNC109 - how long to wait for the server only
    on_notice: OnNotice | None = None,
) -> AsyncIterator[Chat]:
    """`connect` as the saved profile `label`, or the one in use."""
    profile = profiles.load(label)
    async with connect(
        profile=profile, listen=listen, presence=presence, timeout=timeout, on_notice=on_notice
    ) as chat:
        yield chat


async def join(
    link: str | JoinLink,
    name: str,
    *,
    label: str | None = None,
    password: str | None = None,
    code: str | None = None,
    device: str = "",
    timeout: float = CONNECT_S,  # noqa: ASYNC109 - how long to wait for the server only
) -> Profile:
    """Claim a name with a new device, and save the profile; it is made the one in use.

    A name that is claimed already takes its `password`, or a one-time `code`; `device` is what the
    user's other devices are told that this one is called.
    """
    profile = _prepared(link, name, label)
    async with connect(
        profile=profile,
        listen=False,
        password=password,
        code=code,
        presence=Presence.HIDDEN,
        device=device,
        timeout=timeout,
    ):
        profiles.use(profile.label)
    return profile


@contextmanager
def _unkept_is_told(engine: Engine) -> Iterator[None]:
    """A profile whose disk cannot be written is used as it is, which was told."""
    try:
        yield
    except ChatError:
        if engine.unkept is None:
            raise


def _was_refused(engine: Engine) -> bool:
    """Whether a server said no before it ever let this device in, or was none of the link's."""
    refused = isinstance(engine.error, Refused) or (
        engine.error is not None and engine.error.code is Code.KEY_MISMATCH
    )
    return refused and engine.machine.welcome is None


def _persistent(
    profile: Profile, hello: Identity, listen: bool, on_notice: OnNotice | None
) -> tuple[Engine, Chat]:
    def warn(text: str) -> None:
        if on_notice is not None:
            on_notice(Notice(NoticeKind.DAMAGED, None, text))

    identity = replace(hello, name=profile.name, token=profile.link.token)
    disk, unkept = _opened(profile, warn)
    try:
        heard_of = {} if disk is None else {info.room: info for info in disk.cache.rooms()}
    except BaseException:
        if disk is not None:
            disk.close()
        raise
    engine, chat = _built(profile.link, identity, profile.device, disk, heard_of, listen, on_notice)
    engine.unkept = unkept
    return engine, chat


def _opened(profile: Profile, warn: Warn) -> tuple[Disk | None, ChatError | None]:
    """The profile's disk, or why it cannot be written.

    Reading goes on without: what a server sends needs no place on this device.
    """
    try:
        return open_disk(profile, warn), None
    except ChatError as error:
        if error.code is not Code.STORAGE_FAILED:
            raise
        warn(f"{error.message} Until then nothing is sent from here, and nothing is kept.")
        return None, error


def _ephemeral(
    link: str | JoinLink | None,
    name: str | None,
    hello: Identity,
    listen: bool,
    on_notice: OnNotice | None,
) -> tuple[Engine, Chat]:
    where = _link(link)
    identity = replace(hello, name=_given(name), token=where.token)
    return _built(where, identity, KeyPair.generate(), None, {}, listen, on_notice)


def _built(
    link: JoinLink,
    identity: Identity,
    device: KeyPair,
    disk: Disk | None,
    heard_of: dict[int, RoomInfo],
    listen: bool,
    on_notice: OnNotice | None,
) -> tuple[Engine, Chat]:
    def tell(effect: fx.Effect) -> None:
        renamed = renaming(effect, heard_of)
        if isinstance(effect, fx.RoomOpened | fx.RoomChanged):
            heard_of[effect.info.room] = effect.info
        for notice in (renamed, notice_of(effect, chat.where)):
            if notice is not None and on_notice is not None:
                on_notice(notice)
        hear = hearers.get(type(effect))
        if hear is not None:
            hear(effect)

    engine = Engine(link, identity, device, disk, tell, listen=listen)
    chat = Chat(engine, identity.name, heard_of)
    hearers = chat.hearers()
    return engine, chat


async def _welcomed(engine: Engine, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            while engine.machine.welcome is None:
                engine.check()
                await engine.changed.wait()
    except TimeoutError:
        if engine.held is not None:
            raise Unavailable(Code.STORAGE_FAILED, engine.held) from None
        raise Unavailable(
            Code.UNREACHABLE,
            f"No answer from {engine.address} within {seconds:g} s{engine.obstacle}. What was "
            "sent before waits in the outbox. See that the server runs and can be reached: "
            "zmqchat doctor",
        ) from None


async def _flushed(engine: Engine) -> None:
    """Until nothing waits that was posted here.

    What waited from before is sent along, unless the server cannot take it just now: whoever only
    read neither waits nor fails for that, and it stays in the outbox.
    """
    try:
        async with asyncio.timeout(_FLUSH_S):
            while engine.waiting and (engine.has_posted or engine.held is None):
                engine.check()
                await engine.changed.wait()
    except TimeoutError:
        if engine.has_posted:
            raise Unavailable(
                Code.UNREACHABLE, f"{engine.waiting} messages were not acknowledged in time."
            ) from None


def _profile(link: str | JoinLink | None, name: str | None) -> Profile:
    if link is None:
        return profiles.load(name)
    return _prepared(link, _given(name), None)


def _prepared(link: str | JoinLink, name: str, label: str | None) -> Profile:
    where = _link(link)
    return profiles.prepare(label or profiles.label_for(where, name), where, name)


def _link(link: str | JoinLink | None) -> JoinLink:
    if link is None:
        raise UsageError("a join link is needed")
    return link if isinstance(link, JoinLink) else parse(link)


def _given(name: str | None) -> str:
    if not name:
        raise UsageError("a name is needed to join a realm")
    return name
