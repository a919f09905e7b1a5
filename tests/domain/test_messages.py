"""Who may post what."""

from __future__ import annotations

import pytest

from tests.domain.realms import peopled, room_of
from zmqchat.domain.messages import decide_posted
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.errors import Code, Refused
from zmqchat.protocol.events import Posted
from zmqchat.protocol.limits import TEXT_BYTES


@pytest.mark.parametrize("text", ["x", "x" * TEXT_BYTES, "é" * (TEXT_BYTES // 2)])
def test_a_member_posts(text: str) -> None:
    state, (alice,) = peopled("alice")
    assert decide_posted(state, alice.user.id, GENERAL_ID, Posted(text)).id == GENERAL_ID


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", Code.BAD_REQUEST),
        ("x" * (TEXT_BYTES + 1), Code.TOO_LARGE),
        ("é" * (TEXT_BYTES // 2) + "x", Code.TOO_LARGE),  # bytes count, not characters
    ],
)
def test_an_empty_or_too_long_message_is_refused(text: str, code: Code) -> None:
    state, (alice,) = peopled("alice")
    with pytest.raises(Refused) as refused:
        decide_posted(state, alice.user.id, GENERAL_ID, Posted(text))
    assert refused.value.code is code
    assert "Nothing was sent" in refused.value.message


@pytest.mark.parametrize(("target", "there"), [(0, False), (-1, False), (1, True), (2, False)])
def test_a_reply_is_to_a_message_that_there_is(target: int, there: bool) -> None:
    state, (alice,) = peopled("alice")
    assert state.rooms[GENERAL_ID].seq == 1
    body = Posted("yes", reply_to=target)
    if there:
        assert decide_posted(state, alice.user.id, GENERAL_ID, body).id == GENERAL_ID
        return
    with pytest.raises(Refused) as refused:
        decide_posted(state, alice.user.id, GENERAL_ID, body)
    assert refused.value.code is Code.NOT_FOUND


def test_only_members_post() -> None:
    state, (alice, bob) = peopled("alice", "bob")
    room = room_of(state, alice, "dev")
    with pytest.raises(Refused) as refused:
        decide_posted(state, bob.user.id, room.id, Posted("hi"))
    assert refused.value.code is Code.FORBIDDEN
    with pytest.raises(Refused) as unknown:
        decide_posted(state, bob.user.id, 2**63, Posted("hi"))
    assert unknown.value.code is Code.NOT_FOUND
