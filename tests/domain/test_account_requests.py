"""One table of decisions, behind one table of permissions."""

from __future__ import annotations

from itertools import product
from typing import get_args

import msgspec
import pytest

from tests.domain.cases import asks, case, on_device, realm_of
from zmqchat.domain.account_requests import AccountRequest, decide
from zmqchat.domain.realm_permissions import NOBODY, OPERATOR, Asker, Asking, may_ask
from zmqchat.errors import Code, Refused
from zmqchat.protocol import requests as ask
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.rooms import Level

_REQUESTS: list[AccountRequest] = [
    ask.MarkRead(1, 0),
    ask.SetRoom(1, Level.ALL, muted=True),
    ask.Ignore(2),
    ask.SetProfile(status="here"),
    ask.LabelDevice(1, "desk"),
    ask.RemoveDevice(1),
    ask.MakeLinkCode(),
    ask.SetPassword("?"),
    ask.MakeInvite(),
    ask.RevokeInvite(1),
    ask.SetRealmRole("bob", RealmRole.GUEST),
    ask.Deactivate("bob"),
    ask.Reactivate("bob"),
    ask.RenameUser("bob", "rob"),
    ask.Recover("bob"),
    ask.AppointOwner("plans", "bob"),
]


def test_every_request_of_the_table_is_tried_here() -> None:
    assert {type(request) for request in _REQUESTS} == set(get_args(AccountRequest))


_DENIED = [
    (request, asker)
    for request, asker in product(_REQUESTS, Asker)
    if not may_ask(asker, type(request))
]


@pytest.mark.parametrize(("request_", "asker"), _DENIED)
def test_nothing_is_decided_that_the_table_does_not_allow(
    request_: AccountRequest, asker: Asker
) -> None:
    state = realm_of("alice", "bob")
    with pytest.raises(Refused) as refused:
        decide(case(state, Asking(asker)), request_)
    assert refused.value.code in {
        Code.FORBIDDEN, Code.NO_SESSION, Code.DEVICE_REMOVED, Code.DEACTIVATED
    }  # fmt: skip


def test_a_request_that_changes_nothing_by_itself_is_not_taken() -> None:
    state = realm_of("alice")
    with pytest.raises(Refused) as refused:
        asks(state, on_device(state, "alice"), ask.Heartbeat())
    assert refused.value.code is Code.BAD_REQUEST


def test_what_is_not_a_request_nobody_may_ask() -> None:
    class Forged(msgspec.Struct):
        """Looks like a request."""

    for who in (NOBODY, OPERATOR):
        with pytest.raises(Refused):
            asks(realm_of("alice"), who, Forged())
