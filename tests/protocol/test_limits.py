"""The limits fit into one another."""

from __future__ import annotations

from zmqchat.protocol import codec, limits
from zmqchat.protocol.events import Event, Posted
from zmqchat.protocol.frames import EventsFrame
from zmqchat.protocol.replies import CaughtUp, CaughtUpAll, Reply
from zmqchat.protocol.requests import Request, Send, SendItem
from zmqchat.protocol.rooms import Head

LONGEST = codec.encode(Posted("x" * limits.TEXT_BYTES, 2**63))


def _event(body: bytes) -> Event:
    return Event(
        *(2**63, "x" * 32, 2**63, "n" * 128, 2**63, 2**63, b"i" * 16, body),
        *(b"s" * limits.SALT_BYTES, b"d" * 32, b"c" * 32),
    )


def test_the_longest_text_fits_into_a_body_and_a_request() -> None:
    assert len(LONGEST) <= limits.BODY_BYTES
    item = SendItem(b"i" * limits.SEND_ID_BYTES, 2**63, "posted", LONGEST)
    assert len(codec.encode(Request(2**63, Send([item])))) <= limits.REQUEST_BYTES


def test_a_frame_below_its_bound_takes_one_more_event() -> None:
    full = [_event(b"b" * (limits.FRAME_BYTES - 1)), _event(b"b" * limits.BODY_BYTES)]
    frame = EventsFrame(2**63, 2**63, full, 2**63, 2**63, b"s" * 64)
    assert len(codec.encode(frame)) + 28 <= limits.SEALED_BYTES


def test_the_largest_catch_up_fits_into_a_reply() -> None:
    events = [_event(b"") for _ in range(limits.CATCH_UP_EVENTS - 1)]
    events.append(_event(b"b" * (limits.CATCH_UP_BYTES + limits.BODY_BYTES)))
    head = Head(2**63, 2**63, b"c" * 32, 2**63)
    empty = CaughtUp(2**63, 2**63, b"c" * 32, [], head)
    spans = [CaughtUp(2**63, 2**63, b"c" * 32, events, head)]
    spans += [empty] * (limits.ROOMS_PER_CATCH_UP - 1)
    assert len(codec.encode(Reply(2**63, ok=CaughtUpAll(spans)))) <= limits.REPLY_BYTES
