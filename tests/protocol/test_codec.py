"""Every message survives its encoding, and nothing else is decoded."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import cache, partial
from typing import Annotated, Any, get_args, get_origin

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from zmqchat.errors import PeerError
from zmqchat.protocol import codec
from zmqchat.protocol.events import (
    BODY_TYPES,
    TYPE_OF_BODY,
    Body,
    Described,
    Edited,
    Event,
    Invited,
    Posted,
    Reacted,
    Renamed,
)
from zmqchat.protocol.frames import EventsFrame, Frame
from zmqchat.protocol.replies import (
    Done,
    Fault,
    Reply,
    ReplyBody,
)
from zmqchat.protocol.requests import (
    BY_TYPE,
    CreateRoom,
    FindPeople,
    Hello,
    LabelDevice,
    RenameUser,
    Request,
    RequestBody,
    Search,
    SetProfile,
)

NUMBER = st.integers(0, 2**63 - 1)
BYTES = st.binary(max_size=40)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
FEW = 3
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    int: NUMBER,
    str: TEXT,
    bytes: BYTES,
    bool: st.booleans(),
    float: st.floats(0, 60),
    type(None): st.none(),
}


@cache
def of(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type that the protocol uses."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    if get_origin(kind) is Annotated:
        bounded, meta = get_args(kind)
        if bounded is str:
            return TEXT
        return st.lists(of(get_args(bounded)[0]), min_size=meta.min_length or 0, max_size=FEW)
    if get_origin(kind) is list:
        return st.lists(of(get_args(kind)[0]), max_size=FEW)
    if get_origin(kind) is tuple:
        return st.lists(of(get_args(kind)[0]), max_size=FEW).map(tuple)
    if alternatives := get_args(kind):
        return st.one_of(*map(of, alternatives))
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    fields = msgspec.structs.fields(kind)
    return st.builds(kind, **{field.name: of(field.type) for field in fields})


@given(NUMBER, of(RequestBody))
def test_requests_survive(number: int, body: RequestBody) -> None:
    request = Request(number, body)
    data = codec.encode(request)
    assert codec.decode_request(data) == request
    assert codec.request_id(data) == number
    envelope = codec.decode_envelope(data)
    assert (envelope.id, BY_TYPE[envelope.type]) == (number, type(body))


@pytest.mark.parametrize("kind", BY_TYPE.values())
def test_a_list_in_a_request_is_refused_by_its_length_before_it_is_decoded(kind: Any) -> None:
    fields = [field for field in msgspec.structs.fields(kind) if "list" in str(field.type)]
    for field in fields:
        assert get_origin(field.type) is Annotated, field
        most = get_args(field.type)[1].max_length
        body = {"type": kind.__struct_config__.tag, field.name: []}
        empty = msgspec.msgpack.encode({"id": 1, "body": body})
        assert empty[-1:] == b"\x90"
        # Only the head of the list is there: what refuses it has not looked further.
        data = empty[:-1] + b"\xdd" + (most + 1).to_bytes(4, "big")
        assert f"length <= {most}" in complaint(codec.decode_request, data)


@given(NUMBER, of(ReplyBody))
def test_replies_survive(number: int, body: ReplyBody) -> None:
    reply = Reply(number, ok=body)
    assert codec.decode_reply(codec.encode(reply)) == reply


@given(of(Frame))
def test_frames_survive(frame: Frame) -> None:
    assert codec.decode_frame(codec.encode(frame)) == frame


@pytest.mark.parametrize("name", BODY_TYPES)
@given(data=st.data())
def test_bodies_survive(name: str, data: st.DataObject) -> None:
    body = data.draw(of(BODY_TYPES[name]))
    assert codec.decode_body(name, codec.encode(body)) == body


def test_every_body_has_one_type() -> None:
    assert set(TYPE_OF_BODY) == set(get_args(Body))
    assert {name: TYPE_OF_BODY[body] for name, body in BODY_TYPES.items()} == {
        name: name for name in BODY_TYPES
    }


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | TEXT | BYTES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def complaint(decode: Callable[[bytes], object], data: bytes) -> str:
    """What a decoder says against `data`; "" where it takes it. Anything but PeerError escapes."""
    try:
        decode(data)
    except PeerError as error:
        return error.message
    return ""


@given(st.binary(max_size=200) | ANYTHING.map(msgspec.msgpack.encode))
@example(b"\x81\xa1\n")  # an unknown field whose name is a line break
def test_garbage_is_refused_with_one_clear_line(data: bytes) -> None:
    decoders: list[Callable[[bytes], object]] = [
        codec.decode_request,
        codec.decode_reply,
        codec.decode_frame,
        *(partial(codec.decode_body, name) for name in BODY_TYPES),
    ]
    for decode in (*decoders, codec.decode_envelope):
        assert "\n" not in complaint(decode, data)
    codec.request_id(data)


@given(of(RequestBody), st.data())
def test_a_damaged_request_is_refused_or_another_request(
    body: RequestBody, data: st.DataObject
) -> None:
    encoded = bytearray(codec.encode(Request(1, body)))
    encoded[data.draw(st.integers(0, len(encoded) - 1))] ^= data.draw(st.integers(1, 255))
    complaint(codec.decode_request, bytes(encoded))


@pytest.mark.parametrize(
    "message",
    [
        {"id": 1, "body": {"type": "erase-everything"}},
        {"id": 1, "body": {"type": "rooms", "more": 1}},
        {"id": "1", "body": {"type": "rooms"}},
        {"id": 1},
        [1, {"type": "rooms"}],
    ],
)
def test_what_is_not_listed_does_not_exist(message: object) -> None:
    with pytest.raises(PeerError):
        codec.decode_request(msgspec.msgpack.encode(message))


@pytest.mark.parametrize("reply", [Reply(1), Reply(1, ok=Done(), error=Fault("busy", "later"))])
def test_a_reply_says_exactly_one_thing(reply: Reply) -> None:
    with pytest.raises(PeerError, match="exactly one"):
        codec.decode_reply(codec.encode(reply))


def test_an_unknown_body_type_is_refused_and_its_event_is_not() -> None:
    event = Event(1, "danced", 2, "bob", 1, 1, b"i" * 16, b"\xc1", b"s" * 32, b"", b"c" * 32)
    frame = EventsFrame(1, 1, [event], 1, 1, b"")
    assert codec.decode_frame(codec.encode(frame)) == frame
    with pytest.raises(PeerError, match="danced"):
        codec.decode_body(event.type, event.body)


_HOLDERS = [
    Hello([1], "a\0", "c"),
    Hello([1], "a", "c", label="\0"),
    Search("foo\0"),
    CreateRoom(b"i" * 16, "dev", description="a\0b"),
    FindPeople(["bob", "car\0ol"]),
    SetProfile(status="\0"),
    LabelDevice(1, "\0"),
    RenameUser("bob", "b\0b"),
]


@pytest.mark.parametrize("body", _HOLDERS, ids=lambda body: type(body).__name__)
def test_a_text_with_nul_is_no_request(body: RequestBody) -> None:
    with pytest.raises(PeerError, match="NUL"):
        codec.decode_request(codec.encode(Request(1, body)))


@given(of(RequestBody), st.data())
def test_no_request_has_a_text_with_nul(body: RequestBody, data: st.DataObject) -> None:
    texts = [n for n in body.__struct_fields__ if type(getattr(body, n)) is str]
    if texts:
        spoilt = msgspec.structs.replace(body, **{data.draw(st.sampled_from(texts)): "x\0"})
        with pytest.raises(PeerError, match="NUL"):
            codec.decode_request(codec.encode(Request(1, spoilt)))


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("posted", Posted("a\0")),
        ("edited", Edited(1, "\0")),
        ("reacted", Reacted(1, "\0")),
        ("renamed", Renamed("\0")),
        ("described", Described("x\0y")),
        ("invited", Invited(2, "b\0b")),
    ],
)
def test_no_body_has_a_text_with_nul(name: str, body: Body) -> None:
    with pytest.raises(PeerError, match="NUL"):
        codec.decode_body(name, codec.encode(body))


@pytest.mark.parametrize(
    ("event_type", "body"),
    [
        ("posted", "82 a474657874 a161 a474657874 a162"),  # a key twice, the later one other
        ("posted", "82 a474657874 a161 a474657874 a161"),  # a key twice
        ("posted", "82 a87265706c795f746f 01 a474657874 a161"),  # another order
        ("posted", "82 a474657874 a161 a87265706c795f746f c0"),  # what leaving it out means
        ("posted", "82 a474657874 a161 ab6174746163686d656e7473 90"),  # the same
        ("posted", "82 a474657874 a161 a87265706c795f746f cc01"),  # a longer integer
        ("posted", "82 a474657874 a161 a87265706c795f746f d30000000000000001"),
        ("posted", "81 a474657874 d90161"),  # a longer length
        ("posted", "81 d90474657874 a161"),
        ("posted", "de0001 a474657874 a161"),
        ("redacted", "81 a6746172676574 cd0001"),
        ("joined", "82 a46e616d65 a161 a66d656d626572 01"),
        ("archived", "de0000"),
    ],
)
def test_a_body_has_one_encoding(event_type: str, body: str) -> None:
    with pytest.raises(PeerError, match="not in its canonical form") as refused:
        codec.decode_body(event_type, bytes.fromhex(body))
    assert "\n" not in refused.value.message


@given(of(Body))
def test_the_encoding_of_any_body_is_that_one(body: Body) -> None:
    encoded = codec.encode(body)
    assert codec.decode_body(TYPE_OF_BODY[type(body)], encoded) == body


@given(of(Body), st.data())
def test_no_two_bytes_are_one_body(body: Body, data: st.DataObject) -> None:
    encoded = codec.encode(body)
    other = bytearray(encoded)
    other[data.draw(st.integers(0, len(other) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        found = codec.decode_body(TYPE_OF_BODY[type(body)], bytes(other))
    except PeerError:
        return
    assert found != body


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(PeerError):
        codec.decode_request(b"\x91" * 5000)
