"""How a user is shown: what may be shown, and what would be taken for somebody else."""

from __future__ import annotations

from typing import Any

import pytest

from tests.domain.cases import asks, is_helpful, on_device, realm_of, user
from tests.domain.test_pictures import png
from zmqchat.domain.decision import NOTHING
from zmqchat.domain.draft import State
from zmqchat.domain.projection import Picture
from zmqchat.domain.realm_permissions import OPERATOR
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.limits import DISPLAY_CHARACTERS, PICTURE_BYTES, STATUS_CHARACTERS
from zmqchat.protocol.requests import RenameUser, SetProfile


def _refused(state: State, code: Code, **parts: Any) -> ChatError:
    with pytest.raises(ChatError) as refused:
        asks(state, on_device(state, "bob"), SetProfile(**parts))
    assert refused.value.code is code
    assert is_helpful(refused.value)
    return refused.value


def test_parts_change_one_by_one_and_an_empty_one_is_cleared() -> None:
    state = realm_of("bob")
    asks(state, on_device(state, "bob"), SetProfile(display="Bob  Smith"))
    decision = asks(state, on_device(state, "bob"), SetProfile(status="in a 会议 ☕"))
    assert decision.accounts == (1,)
    bob = user(state, "bob")
    assert (bob.name, bob.display, bob.status) == ("bob", "Bob Smith", "in a 会议 ☕")
    asks(state, on_device(state, "bob"), SetProfile(display=""))
    assert (user(state, "bob").display, user(state, "bob").status) == ("", "in a 会议 ☕")
    for request in (SetProfile(), SetProfile(display=""), SetProfile(status="in a 会议 ☕")):
        assert asks(state, on_device(state, "bob"), request) == NOTHING


def test_a_picture_is_written_once_and_known_by_its_digest() -> None:
    state = realm_of("bob")
    data = png(512, 512)
    decision = asks(state, on_device(state, "bob"), SetProfile(picture=data))
    assert decision.projected == (Picture(1, data),)
    digest = user(state, "bob").picture
    assert len(digest) == 16
    assert asks(state, on_device(state, "bob"), SetProfile(picture=data)) == NOTHING
    renamed = asks(state, on_device(state, "bob"), SetProfile(status="x", picture=data))
    assert renamed.projected == ()
    asks(state, on_device(state, "bob"), SetProfile(picture=png(9, 9)))
    assert user(state, "bob").picture not in {b"", digest}
    decision = asks(state, on_device(state, "bob"), SetProfile(picture=b""))
    assert decision.projected == (Picture(1, b""),)
    assert user(state, "bob").picture == b""


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        (png(513, 10), Code.BAD_REQUEST),
        (png(10, 513), Code.BAD_REQUEST),
        (png(0, 10), Code.BAD_REQUEST),
        (b"GIF89a" + b"\0" * 99, Code.BAD_REQUEST),
        (b"<svg/>", Code.BAD_REQUEST),
        (png(9, 9) + b"\0" * PICTURE_BYTES, Code.TOO_LARGE),
    ],
)
def test_what_is_no_small_picture_is_refused(picture: bytes, code: Code) -> None:
    state = realm_of("bob")
    _refused(state, code, picture=picture, status="not set either")
    assert user(state, "bob").status == ""


@pytest.mark.parametrize(
    "display", ["alice", "ALICE", "\u0430lice", "a1ice", "@alice", "al ice", "admin", "Sys Admin",
                "everyone", "0perator"]
)  # fmt: skip
def test_nobody_shows_the_name_of_another_or_of_the_software(display: str) -> None:
    _refused(realm_of("alice", "bob"), Code.NAME_TAKEN, display=display)


def test_a_name_that_was_given_up_is_not_shown_by_others_either() -> None:
    state = realm_of("alice", "bob")
    asks(state, OPERATOR, RenameUser("alice", "alicia"))
    _refused(state, Code.NAME_TAKEN, display="alice")


@pytest.mark.parametrize("display", ["bob", "Bob", "Bob Admin", "Alice Smith", "李雷", "☕"])
def test_ones_own_name_and_others_that_are_nobodys_may_be_shown(display: str) -> None:
    state = realm_of("alice", "bob")
    asks(state, on_device(state, "bob"), SetProfile(display=display))
    assert user(state, "bob").display == display


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"display": "x" * (DISPLAY_CHARACTERS + 1)}, Code.TOO_LARGE),
        ({"status": "x" * (STATUS_CHARACTERS + 1)}, Code.TOO_LARGE),
        ({"display": "\u202ebob"}, Code.BAD_REQUEST),
        ({"status": "a\nb"}, Code.BAD_REQUEST),
        ({"display": "\u200d"}, Code.NAME_INVALID),
        ({"display": "\u0301"}, Code.NAME_INVALID),
    ],
)
def test_what_is_no_line_is_refused(parts: dict[str, str], code: Code) -> None:
    _refused(realm_of("bob"), code, **parts)
