"""The chain, held against a second implementation that is written from its description."""

from __future__ import annotations

from hashlib import blake2b

import msgspec
import pytest
from blake3 import blake3
from hypothesis import assume, given
from hypothesis import strategies as st

from zmqchat.protocol.chain import Chain, digest, digest_of, fields, genesis
from zmqchat.protocol.events import Event

NUMBER = st.integers(0, 2**63 - 1)
ID = st.binary(min_size=16, max_size=16)
HASH = st.binary(min_size=32, max_size=32)
ANY = st.binary(max_size=40)
EVENT = st.builds(
    Event,
    *(NUMBER, st.text(), NUMBER, st.text(), NUMBER, NUMBER, ID, st.binary(), HASH),
    *(st.just(b""), HASH),
)


def _plain(realm: bytes, lineage: bytes, room: int, previous: bytes, event: Event) -> bytes:
    """What docs/protocol.md says, step by step."""
    body = blake3(event.body, key=event.salt).digest()
    parts = [
        realm,
        lineage,
        room.to_bytes(8, "big"),
        previous,
        event.seq.to_bytes(8, "big"),
        event.sender.to_bytes(8, "big"),
        event.device.to_bytes(8, "big"),
        event.type.encode(),
        event.name.encode(),
        event.time_us.to_bytes(8, "big"),
        event.id,
        body,
    ]
    whole = b""
    for part in parts:
        whole += len(part).to_bytes(4, "big") + part
    return blake2b(whole, digest_size=32).digest()


@given(ID, ID, NUMBER, HASH, EVENT)
def test_the_chain_is_what_the_document_says(
    realm: bytes, lineage: bytes, room: int, previous: bytes, event: Event
) -> None:
    chain = Chain(realm, lineage, room)
    assert chain.after(previous, event) == _plain(realm, lineage, room, previous, event)


@given(ANY, ANY, EVENT)
def test_a_field_of_a_wrong_length_is_neither_padded_nor_cut(
    previous: bytes, send_id: bytes, event: Event
) -> None:
    odd = msgspec.structs.replace(event, id=send_id)
    chain = Chain(b"r" * 16, b"l" * 16, 1)
    assert chain.after(previous, odd) == _plain(b"r" * 16, b"l" * 16, 1, previous, odd)


@given(EVENT)
def test_erasing_content_leaves_the_chain_whole(event: Event) -> None:
    gone = msgspec.structs.replace(event, body=b"", salt=b"", digest=digest_of(event))
    chain = Chain(b"r" * 16, b"l" * 16, 1)
    assert gone.erased
    assert chain.after(b"p" * 32, gone) == chain.after(b"p" * 32, event)


@given(EVENT, st.data())
def test_whatever_is_changed_changes_the_chain(event: Event, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted({*Event.__struct_fields__} - {"digest", "chain"})))
    old = getattr(event, name)
    strategy = {int: NUMBER, str: st.text(), bytes: HASH if name == "salt" else ID}[type(old)]
    new = data.draw(strategy)
    assume(new != old)
    changed = msgspec.structs.replace(event, **{name: new})
    chain = Chain(b"r" * 16, b"l" * 16, 1)
    assert chain.after(b"p" * 32, changed) != chain.after(b"p" * 32, event)


@pytest.mark.parametrize(
    "other", [Chain(b"R" * 16, b"l" * 16, 1), Chain(b"r" * 16, b"L" * 16, 1), Chain(b"r", b"l", 2)]
)
def test_realms_lineages_and_rooms_have_their_own_chains(other: Chain) -> None:
    event = Event(1, "posted", 2, "bob", 1, 1, b"i" * 16, b"body", b"s" * 32, b"", b"")
    mine = Chain(b"r" * 16, b"l" * 16, 1)
    assert mine.after(b"p" * 32, event) != other.after(b"p" * 32, event)


@given(st.lists(st.binary(max_size=6), max_size=5), st.lists(st.binary(max_size=6), max_size=5))
def test_two_lists_of_fields_never_look_alike(one: list[bytes], other: list[bytes]) -> None:
    assert (fields(*one) == fields(*other)) == (one == other)


def test_genesis_differs_by_realm_and_room() -> None:
    assert len({genesis(b"a" * 16, 1), genesis(b"a" * 16, 2), genesis(b"b" * 16, 1)}) == 3


def test_a_digest_hides_the_text_behind_its_salt() -> None:
    assert digest(b"yes", b"s" * 32) != digest(b"yes", b"t" * 32)
    for length in (0, 16, 31, 33):
        with pytest.raises(ValueError, match="32"):
            digest(b"yes", b"s" * length)
