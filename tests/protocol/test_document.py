"""docs/protocol.md and the code say the same: every example byte for byte, every name and number.

An example is a fenced block `hex NAME` and a block `json NAME` with its content, where `0x…` stands
for bytes. What a name begins with says what it is held against.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from zmqchat.errors import RETRYABLE, Code
from zmqchat.protocol import (
    codec,
    events,
    frames,
    limits,
    people,
    replies,
    requests,
    rooms,
    signals,
    topics,
    who,
)
from zmqchat.protocol.chain import Chain, digest, fields, genesis
from zmqchat.protocol.events import BODY_TYPES, Event
from zmqchat.protocol.frames import statement
from zmqchat.protocol.replies import ReplyBody
from zmqchat.protocol.requests import RequestBody
from zmqchat.security import links, tokens
from zmqchat.security.sealing import open_sealed
from zmqchat.security.signing import Signer, Verifier

_TEXT = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text(encoding="utf-8")
_BLOCKS = {
    (language, name): content
    for language, name, content in re.findall(
        r"^```(\w+) ?(\S*)\n(.*?)^```$", _TEXT, re.MULTILINE | re.DOTALL
    )
}
_DECODERS: dict[str, Callable[[bytes], object]] = {
    "request": codec.decode_request,
    "reply": codec.decode_reply,
    "frame": codec.decode_frame,
    "event": msgspec.msgpack.Decoder(Event).decode,
}
_MESSAGES = sorted(
    name for kind, name in _BLOCKS if kind == "hex" and name.partition("-")[0] in _DECODERS
)
_BODIES = [line.split(None, 2) for line in _BLOCKS["bodies", ""].splitlines()]


def _bytes(value: Any) -> Any:
    """`0x…` as bytes, wherever it stands."""
    if isinstance(value, str) and re.fullmatch(r"0x([0-9a-f]{2})*", value):
        return bytes.fromhex(value[2:])
    if isinstance(value, list):
        return [_bytes(item) for item in value]
    if isinstance(value, dict):
        return {key: _bytes(item) for key, item in value.items()}
    return value


def example(name: str) -> bytes:
    """The bytes of an example, such as `request-send`."""
    return bytes.fromhex(_BLOCKS["hex", name])


def _json(name: str) -> Any:
    return _bytes(json.loads(_BLOCKS["json", name]))


# ── examples ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", _MESSAGES)
def test_an_example_says_what_its_bytes_say(name: str) -> None:
    assert msgspec.msgpack.decode(example(name)) == _json(name)
    assert msgspec.msgpack.encode(_json(name)).hex() == example(name).hex()


@pytest.mark.parametrize("name", _MESSAGES)
def test_the_codec_reads_and_writes_the_bytes_of_an_example(name: str) -> None:
    value = _DECODERS[name.partition("-")[0]](example(name))
    assert codec.encode(value).hex() == example(name).hex()


@pytest.mark.parametrize(("event_type", "encoded", "content"), _BODIES)
def test_the_codec_reads_and_writes_the_bytes_of_a_body(
    event_type: str, encoded: str, content: str
) -> None:
    body = codec.decode_body(event_type, bytes.fromhex(encoded))
    assert codec.encode(body).hex() == encoded
    assert msgspec.msgpack.decode(bytes.fromhex(encoded)) == _bytes(json.loads(content))


def test_every_message_has_an_example() -> None:
    expected = {f"{kind}-{tag}" for kind, structs in _TAGGED.items() for tag in structs}
    assert expected <= set(_MESSAGES)
    assert {body[0] for body in _BODIES} == BODY_TYPES.keys()


def test_the_genesis() -> None:
    given = _json("genesis")
    room = given["room"].to_bytes(8, "big")
    assert fields(b"zmqchat genesis 1", given["realm"], room) == example("genesis-input")
    assert genesis(given["realm"], given["room"]) == example("genesis")


def test_the_digest() -> None:
    given = _json("digest")
    assert digest(given["body"], given["salt"]) == example("digest")


def test_the_vectors_of_the_authors_of_blake3() -> None:
    given = _json("digest-vectors")
    assert given["key"] == b"whats the Elvish word for friend"
    for length, expected in given["digests"].items():
        assert digest(bytes(at % 251 for at in range(int(length))), given["key"]) == expected


def test_the_chain() -> None:
    given = _json("chain")
    parts = {name: _plain(value) for name, value in given.items()}
    order = "realm lineage room previous seq sender device type name time_us id digest"
    assert fields(*(parts[name] for name in order.split())) == example("chain-input")
    chain = Chain(given["realm"], given["lineage"], given["room"])
    assert chain.extend(**_without(given, "realm", "lineage", "room")) == example("chain")


def _plain(value: int | str | bytes) -> bytes:
    """A field as the chain takes it."""
    if isinstance(value, int):
        return value.to_bytes(8, "big")
    return value.encode() if isinstance(value, str) else value


def _without(given: dict[str, Any], *names: str) -> dict[str, Any]:
    renamed = given | {"event_type": given["type"], "send_id": given["id"]}
    renamed["body_digest"] = given["digest"]
    return {k: v for k, v in renamed.items() if k not in {*names, "type", "id", "digest"}}


def test_the_examples_belong_together() -> None:
    frame = codec.decode_frame(example("frame-events"))
    assert isinstance(frame, frames.EventsFrame)
    (event,) = frame.events
    erased = msgspec.msgpack.decode(example("event-erased"), type=Event)
    given = _json("chain")
    chain = Chain(given["realm"], given["lineage"], given["room"])
    for each in (event, erased):
        assert chain.after(given["previous"], each) == each.chain == example("chain")


def test_the_statement_and_its_signature() -> None:
    given = _json("statement")
    names = ("kind", "realm", "lineage", "room", "epoch", "seq", "chain")
    assert statement(*(given[name] for name in names)) == example("statement")
    signer = Signer(given["seed"])
    assert signer.public == given["public"]
    assert signer.sign(example("statement")) == example("signature")
    frame = codec.decode_frame(example("frame-events"))
    assert isinstance(frame, frames.EventsFrame)
    assert frame.signature == example("signature")
    _verify_the_end_of_the_epoch(given)


def _verify_the_end_of_the_epoch(given: dict[str, Any]) -> None:
    ended = codec.decode_frame(example("frame-epoch-ended"))
    assert isinstance(ended, frames.EpochEnded)
    text = statement(
        "epoch-ended", given["realm"], given["lineage"], ended.room, ended.epoch, ended.seq,
        ended.chain,
    )  # fmt: skip
    assert Verifier(given["public"]).verify(text, ended.signature)


def test_the_sealed_payload() -> None:
    given = _json("sealed")
    assert open_sealed(given["key"], given["handle"], example("sealed")) == given["payload"]
    assert example("sealed").startswith(given["nonce"])


def test_the_vectors_of_the_specification_of_gcm() -> None:
    """Opening proves sealing too: for a key, a nonce and a payload there is one ciphertext."""
    for given in _json("sealing-vectors"):
        sealed = given["nonce"] + given["ciphertext"] + given["tag"]
        assert open_sealed(given["key"], given["associated"], sealed) == given["payload"]


def test_the_suite() -> None:
    assert f'| `suite` | text, default `"{limits.SUITE}"` |' in _TEXT
    assert all(name in limits.SUITE for name in ("AES-256-GCM", "BLAKE3"))


def test_the_listening_token() -> None:
    given = _json("token")
    issued = tokens.issue(given["token_key"], given["device"], given["user"], given["until_us"])
    assert (issued.username, issued.password) == (given["username"], given["password"])


def test_the_topics() -> None:
    given = _json("topics")
    nonce = bytes(range(1, 9))
    assert given == {
        "handle 3": topics.handle(3),
        "last handle": topics.handle(topics.LAST_HANDLE),
        f"barrier of nonce 0x{nonce.hex()}": topics.barrier(nonce),
    }


def test_the_join_link() -> None:
    given = _json("link")
    link = links.JoinLink(given["host"], given["port"], given["key"], given["token"])
    assert str(link) == given["link"]
    assert links.parse(given["link"]) == link


# ── names and numbers ────────────────────────────────────────────────────────────────────────────


def _tag(struct: type[msgspec.Struct]) -> str:
    tag = struct.__struct_config__.tag
    return tag if isinstance(tag, str) else struct.__name__


def _structs(*modules: Any) -> dict[str, type[msgspec.Struct]]:
    """Every struct that travels, by its heading in the document; those of packages too."""
    found = {
        value
        for module in modules
        for name, value in inspect.getmembers(module, inspect.isclass)
        if issubclass(value, msgspec.Struct)
        and value.__module__.startswith(module.__name__)
        and not name.startswith("_")
    }
    bodies: dict[type[msgspec.Struct], str] = {body: name for name, body in BODY_TYPES.items()}
    return {bodies.get(struct) or _tag(struct): struct for struct in found}


_TAGGED = {
    "request": {_tag(struct) for struct in get_args(RequestBody)},
    "reply": {_tag(struct) for struct in get_args(ReplyBody)},
    "frame": {_tag(struct) for struct in get_args(frames.Frame)},
}
_STRUCTS = _structs(requests, replies, rooms, people, events, frames, signals, who)


def _tables() -> dict[str, list[str]]:
    """The fields in the table under each heading that is one name in code."""
    sections = re.split(r"^#+ (.+)$", _TEXT, flags=re.MULTILINE)
    named = zip(sections[1::2], sections[2::2], strict=True)
    return {heading[1:-1]: _fields(text) for heading, text in named if heading[0] == "`"}


def _fields(section: str) -> list[str]:
    table = re.search(r"^\| field \|.*\n((?:\|.*\n)*)", section, re.MULTILINE)
    return re.findall(r"^\| `([a-z_]+)`", table[1], re.MULTILINE) if table else []


def test_the_document_has_every_struct_and_no_other() -> None:
    assert _tables().keys() == _STRUCTS.keys()


@pytest.mark.parametrize("name", sorted(_STRUCTS))
def test_a_table_has_the_fields_in_their_order(name: str) -> None:
    assert _tables()[name] == list(_STRUCTS[name].__struct_fields__)


@pytest.mark.parametrize("name", sorted(_STRUCTS))
def test_arrays_are_marked(name: str) -> None:
    marked = re.search(rf"^#+ `{name}`\n\n\*array\*", _TEXT, re.MULTILINE) is not None
    assert marked == _STRUCTS[name].__struct_config__.array_like


def test_the_error_codes_and_which_may_be_retried() -> None:
    listed = re.findall(
        r"^\| `([a-z-]+)` \| (?:wire|client|server) \| (yes|no) \|", _TEXT, re.MULTILINE
    )
    assert dict(listed) == {code: "yes" if code in RETRYABLE else "no" for code in Code}


def test_the_limits() -> None:
    listed = re.findall(r"^\| `([A-Z_]+)` \| (\d+) \|", _TEXT, re.MULTILINE)
    actual = {name: value for name, value in vars(limits).items() if isinstance(value, int)}
    assert {name: int(value) for name, value in listed} == actual
