"""Encoding and strict decoding of every message, as MessagePack through msgspec.

Decoders raise `PeerError` with one clear line; they never run anything and never allocate more
than the frame that they were given describes.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from zmqchat.errors import PeerError
from zmqchat.protocol.events import BODY_TYPES, Body
from zmqchat.protocol.frames import Frame
from zmqchat.protocol.replies import Reply
from zmqchat.protocol.requests import Request, Send
from zmqchat.protocol.texts import impossible_in

_T = TypeVar("_T")


class _Numbered(msgspec.Struct):
    """As much of a request as is needed to answer one that is otherwise wrong."""

    id: int


class _Typed(msgspec.Struct, frozen=True):
    """A request's body: only what kind of request it is."""

    type: str


class Envelope(msgspec.Struct, frozen=True):
    """As much of a request as says whether its asker may ask for that, and answers it if not."""

    id: int
    body: _Typed

    @property
    def type(self) -> str:
        """The request's tag, as it was sent: there may be no such request."""
        return self.body.type


_encoder = msgspec.msgpack.Encoder()
_requests = msgspec.msgpack.Decoder(Request)
_replies = msgspec.msgpack.Decoder(Reply)
_frames: msgspec.msgpack.Decoder[Frame] = msgspec.msgpack.Decoder(Frame)
_numbered = msgspec.msgpack.Decoder(_Numbered)
_envelopes = msgspec.msgpack.Decoder(Envelope)
_bodies: dict[str, msgspec.msgpack.Decoder[Any]] = {
    name: msgspec.msgpack.Decoder(body) for name, body in BODY_TYPES.items()
}

encode = _encoder.encode
"""Any protocol value as bytes."""


def _decode(
    decoder: msgspec.msgpack.Decoder[_T], data: bytes | bytearray | memoryview, what: str
) -> _T:
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise PeerError(f"{what} is not valid: {_one_line(str(error))}") from None


def _one_line(text: str) -> str:
    """Errors quote the names of unknown fields, and those are whatever a peer sent."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def decode_request(data: bytes | memoryview) -> Request:
    """A request frame; PeerError for anything else."""
    request = _decode(_requests, data, "the request")
    if isinstance(request.body, Send):  # its texts are in its bodies: see `decode_body`
        return request
    return _readable(request, bytes(data), "the request")


def request_id(data: bytes | memoryview) -> int | None:
    """The id of a frame that `decode_request` refused, or None where there is none to answer."""
    try:
        return _numbered.decode(data).id
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def decode_envelope(data: bytes | memoryview) -> Envelope:
    """A request's number and type, without the rest of it; PeerError where there are none.

    The rest is skipped, and none of it becomes an object: that is 50 times as cheap as decoding it.
    """
    return _decode(_envelopes, data, "the request")


def decode_reply(data: bytes | memoryview) -> Reply:
    """A reply frame; PeerError for anything else, and where not exactly one part is set."""
    reply = _decode(_replies, data, "the reply")
    if (reply.ok is None) == (reply.error is None):
        raise PeerError("the reply is not valid: exactly one of ok and error must be set")
    return reply


def decode_frame(data: bytes | bytearray | memoryview) -> Frame:
    """The opened payload of a published frame; PeerError for anything else."""
    return _decode(_frames, data, "the published frame")


def decode_body(event_type: str, body: bytes) -> Body:
    """The body of an event of a known type; PeerError for an unknown type or other content.

    A body has one encoding, so that no two readers can understand two things: a field that comes
    twice, in another order, in a longer form, or with the value that leaving it out means, is
    refused.
    """
    decoder = _bodies.get(event_type)
    if decoder is None:
        raise PeerError(f"event type {event_type!r} is not known to this version")
    what = f"the body of {event_type!r}"
    result: Body = _decode(decoder, body, what)
    if _encoder.encode(result) != body:
        raise PeerError(f"{what} is not in its canonical form")
    return _readable(result, body, what)


def _readable(value: _T, data: bytes, what: str) -> _T:
    """What was decoded; PeerError where one of its texts has what no text may have."""
    if b"\0" in data and (found := impossible_in(value)):
        raise PeerError(f"{what} is not valid: it has {found}")
    return value
