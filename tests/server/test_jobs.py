"""What jobs count for, and what of them must not reach a log."""

from __future__ import annotations

from tests.domain.realms import NOW, peopled, says
from zmqchat.domain.case import Means
from zmqchat.domain.realm_permissions import Asker, Asking
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.protocol.requests import MakeLinkCode, SetProfile
from zmqchat.server.jobs import (
    AccountJob,
    Forget,
    Renew,
    Rotate,
    SendJob,
    items_of,
    size_of,
    whose,
)


def test_a_job_counts_for_its_sends_and_anything_else_for_one() -> None:
    _, (alice,) = peopled("alice")
    items = [says(GENERAL_ID, f"message {number}") for number in range(3)]
    assert items_of(SendJob(b"peer", 1, NOW, alice, items, 0)) == 3
    assert items_of(Rotate(GENERAL_ID)) == items_of(Forget(b"peer", 1, 1)) == 1


def test_what_one_device_asks_for_waits_in_one_line() -> None:
    _, (alice,) = peopled("alice")
    line = alice.user.id, alice.device
    who = Asking(Asker.MEMBER, alice.user, alice.device)
    send = SendJob(b"one", 1, NOW, alice, [says(GENERAL_ID, "x")], 5_000)
    account = AccountJob(b"two", 1, NOW, who, MakeLinkCode(), Means())
    assert whose(send) == whose(account) == whose(Forget(b"one", *line)) == line
    assert whose(Rotate(GENERAL_ID)) == whose(Renew(1)) == (0, 0)
    assert size_of(send) == 5_000


def test_a_picture_counts_for_what_it_brings() -> None:
    _, (alice,) = peopled("alice")
    who = Asking(Asker.MEMBER, alice.user, alice.device)
    shown, bare = (
        AccountJob(b"peer", 1, NOW, who, SetProfile("Alice", picture=picture), Means())
        for picture in (b"x" * 60_000, None)
    )
    assert size_of(shown) == size_of(bare) + 60_000


def test_a_one_time_code_is_not_shown_with_its_job() -> None:
    _, (alice,) = peopled("alice")
    who = Asking(Asker.MEMBER, alice.user, alice.device)
    job = AccountJob(b"peer", 1, NOW, who, MakeLinkCode(), Means(), "THE-CODE")
    assert "THE-CODE" not in repr(job)
    assert "MakeLinkCode" in repr(job)
