"""Every request of the protocol by every asker, against a table written by hand."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any, get_args

import pytest

from tests.domain.cases import asks, further_device, is_helpful, on_device, realm_of, user
from zmqchat.domain.realm_permissions import (
    NOBODY,
    OPERATOR,
    REALM_PERMISSIONS,
    Asker,
    Asking,
    asking,
    may_ask,
    require_realm,
)
from zmqchat.errors import Code, Refused
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.requests import RemoveDevice, RequestBody

_COLUMNS = ["nobody", "removed", "deactivated", "guest", "member", "admin", "operator"]

# One column an asker, in the order above; x is allowed.
_EXPECTED = {
    "hello": "x..xxx.",
    "heartbeat": "...xxx.",
    "set-presence": "...xxx.",
    "bye": "...xxx.",
    "send": "...xxx.",
    "catch-up": "...xxx.",
    "chains": "...xxx.",
    "history": "...xxx.",
    "thread": "...xxx.",
    "message": "...xxx.",
    "pins": "...xxx.",
    "search": "...xxx.",
    "rooms": "...xxx.",
    "open-rooms": "...xxx.",
    "create-room": "....xx.",
    "open-direct": "...xxx.",
    "members": "...xxx.",
    "find-people": "...xxxx",
    "find-room": "...xxx.",
    "know-people": "...xxx.",
    "set-typing": "...xxx.",
    "account": "...xxx.",
    "mark-read": "...xxx.",
    "set-room": "...xxx.",
    "ignore": "...xxx.",
    "set-profile": "...xxx.",
    "picture": "...xxx.",
    "devices": "...xxxx",
    "label-device": "...xxx.",
    "remove-device": "...xxxx",
    "make-link-code": "...xxx.",
    "set-password": "...xxx.",
    "make-invite": ".....xx",
    "invites": ".....xx",
    "revoke-invite": ".....xx",
    "users": ".....xx",
    "set-realm-role": ".....xx",
    "deactivate": ".....xx",
    "reactivate": ".....xx",
    "rename-user": ".....xx",
    "recover": ".....xx",
    "leaderless": ".....xx",
    "appoint-owner": ".....xx",
}

_REQUESTS: list[type[Any]] = list(get_args(RequestBody))


def _tag(request: type[Any]) -> str:
    return str(request.__struct_config__.tag)


def test_the_table_is_as_it_was_meant() -> None:
    assert {_tag(request) for request in _REQUESTS} == set(_EXPECTED)
    wrong = [
        (_tag(request), asker)
        for request, asker in product(_REQUESTS, Asker)
        if may_ask(asker, request) is not _expected(request, asker)
    ]
    assert wrong == []
    assert set(REALM_PERMISSIONS) == set(_REQUESTS)


def _expected(request: type[Any], asker: Asker) -> bool:
    return _EXPECTED[_tag(request)][_COLUMNS.index(asker.value)] == "x"


def test_what_the_table_does_not_name_nobody_may() -> None:
    assert not any(may_ask(asker, str) for asker in Asker)


@pytest.mark.parametrize("request_type", _REQUESTS, ids=_tag)
def test_a_refusal_has_the_code_that_the_asker_can_act_on(request_type: type[Any]) -> None:
    codes = {
        Asker.NOBODY: Code.NO_SESSION,
        Asker.REMOVED: Code.DEVICE_REMOVED,
        Asker.DEACTIVATED: Code.DEACTIVATED,
    }
    for asker in Asker:
        if _expected(request_type, asker):
            require_realm(Asking(asker), request_type)
            continue
        with pytest.raises(Refused) as refused:
            require_realm(Asking(asker), request_type)
        assert refused.value.code is codes.get(asker, Code.FORBIDDEN)
        assert is_helpful(refused.value)
        assert refused.value.retryable is (asker is Asker.NOBODY)


def test_an_asker_is_what_the_state_says_of_the_device_now() -> None:
    state = realm_of("bob", admins=("ada",))
    ada, bob = on_device(state, "ada"), on_device(state, "bob")
    assert (ada.asker, bob.asker) == (Asker.ADMIN, Asker.MEMBER)
    state.apply([replace(user(state, "bob"), role=RealmRole.GUEST)])
    assert asking(state, bob.device).asker is Asker.GUEST
    state.apply([replace(user(state, "bob"), active=False)])
    assert asking(state, bob.device).asker is Asker.DEACTIVATED
    phone = further_device(state, "ada", b"n" * 32)
    asks(state, ada, RemoveDevice(phone))
    assert asking(state, phone).asker is Asker.REMOVED
    assert asking(state, ada.device).asker is Asker.ADMIN


def test_no_device_makes_an_operator() -> None:
    state = realm_of("bob")
    assert asking(state, 0) == NOBODY
    assert asking(state, 99) == NOBODY
    assert OPERATOR.user is None
