"""What goes into rooms' logs, through the outbox: messages, and what is done to them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable
from typing import Any
from uuid import UUID

from zmqchat.client.checks import canonical, check_sayable, check_seq, check_text
from zmqchat.client.engine import Engine
from zmqchat.client.events import ChatEvent, acknowledged_of, moment
from zmqchat.client.ids import new_id
from zmqchat.client.lookup import Lookup
from zmqchat.client.naming import RoomRef, Where, where
from zmqchat.client.stages import posted_at
from zmqchat.protocol import codec
from zmqchat.protocol.events import (
    BODY_TYPES,
    TYPE_OF_BODY,
    Body,
    Edited,
    Pinned,
    Posted,
    Reacted,
    Redacted,
    Unpinned,
    Unreacted,
)
from zmqchat.protocol.requests import SendItem
from zmqchat.protocol.who import Who
from zmqchat.sync import effects as fx

Acknowledgement = asyncio.Future[ChatEvent]
"""The event, once it is on the server's disk; Refused when the server says no."""


def unsent(room: Where, sender: Who, event_type: str, **details: Any) -> ChatEvent:
    """An event of `sender` that is in no log yet (its seq is 0), made now, for `Chat.submit`.

    Shown at once it is pending; the event of the log that it becomes has the same `id`.
    """
    send_id = new_id()
    at = moment(posted_at(send_id))
    return ChatEvent(
        room.name,
        0,
        event_type,
        sender.name,
        at,
        UUID(bytes=send_id),
        details,
        room_id=room.id,
        sender_id=sender.id,
    )


class Sending:
    """Sends of one user. Those to a room keep their order, through broken connections too.

    Each thing can be done in two ways: `edit` returns when it is on the server's disk, `post_edit`
    when it is in the outbox, with the future of its acknowledgement. Both wait while the outbox is
    full. UsageError when it can never be sent, Refused when the server says no.

    In the outbox means: on the disk of the profile, so that it is sent even if this process is
    killed, or the power fails, the moment after. ChatError STORAGE_FAILED where that cannot be
    written. A client without a profile keeps it in memory only.
    """

    def __init__(self, engine: Engine, lookup: Lookup, me: Callable[[], Who]) -> None:
        self._engine = engine
        self._lookup = lookup
        self._me = me

    # ── messages ─────────────────────────────────────────────────────────────────────────────────

    async def send(self, room: RoomRef, text: str, reply_to: int | None = None) -> ChatEvent:
        """Send a message; returns it when it is on the server's disk."""
        return await (await self.post(room, text, reply_to))

    async def post(self, room: RoomRef, text: str, reply_to: int | None = None) -> Acknowledgement:
        """Put a message into the outbox, on disk; returns the future of its acknowledgement."""
        return await self.put(room, Posted(text, reply_to))

    async def send_many(
        self, room: RoomRef, texts: Iterable[str] | AsyncIterable[str]
    ) -> AsyncGenerator[ChatEvent, None]:
        """Send messages without waiting for each; yields them, acknowledged, in their order."""
        under_way: asyncio.Queue[Acknowledgement | None] = asyncio.Queue(10_000)

        async def feed() -> None:
            try:
                async for text in _each(texts):
                    await under_way.put(await self._put_soon(room, Posted(text)))
            finally:
                await under_way.put(None)

        task = asyncio.create_task(feed())
        try:
            while (future := await under_way.get()) is not None:
                yield await future
            await task
        finally:
            task.cancel()

    # ── what is done to messages ─────────────────────────────────────────────────────────────────

    async def edit(self, room: RoomRef, seq: int, text: str) -> ChatEvent:
        """Give one's own message another text; the earlier ones stay in its history."""
        return await (await self.post_edit(room, seq, text))

    async def post_edit(self, room: RoomRef, seq: int, text: str) -> Acknowledgement:
        """`edit`, through the outbox."""
        return await self.put(room, Edited(seq, text))

    async def redact(self, room: RoomRef, seq: int) -> ChatEvent:
        """Erase a message for good, with its edits: one's own, or any as one who leads the room."""
        return await (await self.post_redact(room, seq))

    async def post_redact(self, room: RoomRef, seq: int) -> Acknowledgement:
        """`redact`, through the outbox."""
        return await self.put(room, Redacted(seq))

    async def react(
        self, room: RoomRef, seq: int, emoji: str, *, remove: bool = False
    ) -> ChatEvent:
        """Set an emoji, or a short word, on a message, or take one's own back.

        However an emoji is written, it is the same one: with U+FE0F and without.
        """
        return await (await self.post_react(room, seq, emoji, remove=remove))

    async def post_react(
        self, room: RoomRef, seq: int, emoji: str, *, remove: bool = False
    ) -> Acknowledgement:
        """`react`, through the outbox."""
        return await self.put(room, (Unreacted if remove else Reacted)(seq, emoji))

    async def pin(self, room: RoomRef, seq: int, *, remove: bool = False) -> ChatEvent:
        """Pin a message to its room, or unpin it."""
        return await (await self.post_pin(room, seq, remove=remove))

    async def post_pin(self, room: RoomRef, seq: int, *, remove: bool = False) -> Acknowledgement:
        """`pin`, through the outbox."""
        return await self.put(room, (Unpinned if remove else Pinned)(seq))

    # ── the outbox ───────────────────────────────────────────────────────────────────────────────

    async def submit(self, event: ChatEvent) -> Acknowledgement:
        """Put an event that is in no log yet (`unsent`) into the outbox, under its own id.

        Submitted again after a refusal it keeps the id, so that it cannot be in the log twice.
        """
        body = BODY_TYPES[event.type](**event.details)
        return await self.put(event.room_id, body, event.id.bytes)

    async def put(self, room: RoomRef, body: Body, send_id: bytes = b"") -> Acknowledgement:
        """Any event, into the outbox as soon as that has room."""
        acknowledgement = await self._put_soon(room, body, send_id)
        await self._engine.kept()
        return acknowledgement

    async def _put_soon(self, room: RoomRef, body: Body, send_id: bytes = b"") -> Acknowledgement:
        """As `put`, and on disk soon: for whoever waits for the acknowledgement."""
        body = _checked(body)
        info = await self._lookup.room(room, offline=True)
        await self._engine.room_in_outbox()
        return self.put_into(where(info), body, send_id)

    def put_into(self, room: Where, body: Body, send_id: bytes = b"") -> Acknowledgement:
        """Any event for a room, into the outbox at once, and on disk soon."""
        item = SendItem(send_id or new_id(), room.id, TYPE_OF_BODY[type(body)], codec.encode(body))
        return self._acknowledgement(room, item, self._engine.post(item))

    def resumed(self) -> list[tuple[ChatEvent, Acknowledgement]]:
        """What a process that is gone left in the outbox: see `Chat.resumed`."""
        return [
            (self._unsent(item), self._acknowledgement(self._lookup.where(item.room), item, sent))
            for item, sent in self._engine.resumed
        ]

    def _unsent(self, item: SendItem) -> ChatEvent:
        nowhere = fx.Acknowledged(item.id, item.room, 0, posted_at(item.id))
        return acknowledged_of(self._lookup.where(item.room), self._me(), item, nowhere)

    def _acknowledgement(
        self, room: Where, item: SendItem, sent: asyncio.Future[fx.Acknowledged]
    ) -> Acknowledgement:
        result: Acknowledgement = asyncio.get_running_loop().create_future()

        def done(sent: asyncio.Future[fx.Acknowledged]) -> None:
            if result.done():
                return
            error = sent.exception()
            if error is None:
                result.set_result(acknowledged_of(room, self._me(), item, sent.result()))
            else:
                result.set_exception(error)
                result.exception()  # `post` without waiting: the notice tells

        sent.add_done_callback(done)
        return result

    async def flush(self) -> None:
        """Until every send is acknowledged or refused."""
        while self._engine.waiting:
            self._engine.check()
            await self._engine.changed.wait()


def _checked(body: Body) -> Body:
    """What is sent of it; UsageError for what no server would take."""
    check_sayable(body)
    match body:
        case Posted(text, reply_to):
            check_text(text)
            check_seq(reply_to)
        case Edited(target, text):
            check_text(text)
            check_seq(target)
        case Reacted(target) | Unreacted(target):
            check_seq(target)
            return canonical(body)
        case Redacted(target) | Pinned(target) | Unpinned(target):
            check_seq(target)
    return body


async def _each(texts: Iterable[str] | AsyncIterable[str]) -> AsyncIterator[str]:
    if isinstance(texts, AsyncIterable):
        async for text in texts:
            yield text
    else:
        for text in texts:
            yield text
