"""Invitations without a server: made, listed with what became of them, revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from zmqchat_gui.viewmodels.invitations import Invitations

from tests.gui.fakes import FakeGateway, rows
from zmqchat.client import Invite, OneTimeCode
from zmqchat.errors import ChatError, Code

NOW = datetime.now(UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def invitations(gateway: FakeGateway) -> Invitations:
    return Invitations(gateway)


def invite(number: int, label: str = "", until: datetime = NOW + WEEK, by: str = "") -> Invite:
    return Invite(number, label, "member", "ada", NOW - WEEK, until, by)


def test_those_that_can_be_used_come_first(invitations: Invitations, gateway: FakeGateway) -> None:
    invitations.refresh()
    used, over = invite(3, "Bo", by="bo"), invite(2, until=NOW - WEEK)
    gateway.answer([used, over, invite(1, "For Chiara")])
    assert rows(invitations.all, "number", "title", "open") == [
        (1, "For Chiara", True),
        (3, "Bo", False),
        (2, "Invitation", False),
    ]
    good, taken, gone = rows(invitations.all, "detail")
    assert good.startswith("Good until ")
    assert good.endswith("made by ada")
    assert taken.startswith("Used by bo")
    assert gone.startswith("Over since ")


def test_one_that_was_made_is_shown_and_listed(
    invitations: Invitations, gateway: FakeGateway
) -> None:
    invitations.make("  Chiara ", "member", 7)
    gateway.answer(OneTimeCode("123-456", NOW + WEEK))
    gateway.answer([invite(1, "Chiara")])
    assert invitations.code == "123-456"
    assert invitations.codeText.startswith("Good once, until ")
    assert rows(invitations.all, "title") == ["Chiara"]
    invitations.refresh()
    assert invitations.code == ""


def test_revoking_reads_the_list_again_and_says_what_failed(
    invitations: Invitations, gateway: FakeGateway
) -> None:
    failed: list[str] = []
    invitations.failed.connect(failed.append)
    invitations.revoke(1)
    gateway.answer(ChatError(Code.FORBIDDEN, "It was used already."))
    gateway.answer([invite(1, by="bo")])
    assert failed == ["It was used already."]
    assert rows(invitations.all, "open") == [False]
