"""The person's account without a server: codes, devices, and what is said about them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from zmqchat_gui.viewmodels.account import Account
from zmqchat_gui.viewmodels.persons import Persons

from tests.gui.fakes import FakeGateway, rows, who
from zmqchat.client import Device, OneTimeCode
from zmqchat.errors import ChatError, Code

WHEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def gateway() -> FakeGateway:
    return FakeGateway()


@pytest.fixture
def account(gateway: FakeGateway) -> Account:
    persons = Persons(who("maja"))
    made = Account(gateway, persons)
    persons.setParent(made)
    return made


def test_devices_are_read_and_read_again_after_a_change(
    account: Account, gateway: FakeGateway
) -> None:
    account.refresh()
    gateway.answer(
        [Device(1, "", WHEN, None, True, True), Device(4, "laptop", WHEN, WHEN, False, False)]
    )
    assert rows(account.devices, "number", "label", "isThis") == [
        (1, "Device 1", True),
        (4, "laptop", False),
    ]
    account.removeDevice(4)
    gateway.answer(None)
    gateway.answer([Device(1, "", WHEN, None, True, True)])
    assert rows(account.devices, "number") == [1]


def test_a_code_is_shown_until_the_page_opens_again(account: Account, gateway: FakeGateway) -> None:
    account.makeLinkCode()
    gateway.answer(OneTimeCode("123-456", WHEN))
    assert account.linkCode == "123-456"
    assert "2026" in account.linkCodeText
    account.refresh()
    assert (account.linkCode, account.linkCodeText) == ("", "")


def test_what_did_not_happen_is_said(account: Account, gateway: FakeGateway) -> None:
    failed: list[str] = []
    done: list[str] = []
    account.failed.connect(failed.append)
    account.done.connect(done.append)
    changed: list[None] = []
    account.passwordChanged.connect(lambda: changed.append(None))
    account.setPassword("new", "wrong")
    gateway.answer(ChatError(Code.BAD_CREDENTIALS, "The password is wrong."))
    assert not changed
    account.setPassword("new", "right")
    gateway.answer(None)
    assert (failed, done) == (["The password is wrong."], ["Password changed."])
    assert len(changed) == 1


def test_a_profile_is_shown_as_it_was_saved(account: Account, gateway: FakeGateway) -> None:
    account.setProfile(" Maja Lind ", "in a meeting")
    assert account.displayName == ""
    gateway.answer(None)
    assert (account.displayName, account.statusText) == ("Maja Lind", "in a meeting")


def test_one_who_was_made_an_administrator_meanwhile_finds_out(
    account: Account, gateway: FakeGateway
) -> None:
    account.administers(False)
    account.lookAgain()
    gateway.answer(True)
    account.administers(False)  # as of the hello, told again with every figure
    assert account.canInvite
    account.lookAgain()
    gateway.answer(ChatError(Code.UNREACHABLE, "gone"))
    assert account.canInvite
    account.lookAgain()
    gateway.answer(False)
    assert not account.canInvite
    account.administers(True)
    assert account.canInvite
