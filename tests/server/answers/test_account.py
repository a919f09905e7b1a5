"""Markers, devices, codes and passwords: what is asked for, decided, committed and told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import msgspec
import pytest

from tests.domain.realms import NOW, batch, room_of, says, stands
from tests.server.fakes import HELLO, KEY, OTHER_KEY, PEER, Desk, body_of, fault_of
from zmqchat.domain import limits as rates
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.domain.state import Standing
from zmqchat.errors import Code, Refused
from zmqchat.protocol import codec
from zmqchat.protocol import requests as ask
from zmqchat.protocol.people import DeviceEntry, Presence
from zmqchat.protocol.replies import (
    Beat,
    DeviceList,
    Done,
    OneTimeCode,
    PersonalTopic,
    Reply,
    Sent,
    Welcome,
)
from zmqchat.protocol.rooms import Level
from zmqchat.security.sealing import personal_key
from zmqchat.server.jobs import AccountJob, Forget

_PHONE = b"\0cccc"


def _linked(desk: Desk, **words: str) -> Reply:
    """The answer to a hello of a second device as alice."""
    hello = msgspec.structs.replace(HELLO, **words)
    refused = desk.receive(hello, peer=_PHONE, key=OTHER_KEY)
    if refused is not None:
        return refused
    if words.get("password"):
        desk.errand()
    desk.commit()
    return desk.replies[-1][1]


def _device(desk: Desk, key: str) -> int:
    found = desk.state.device_of(bytes.fromhex(key))
    assert found is not None
    return found.id


def _posted(desk: Desk, *texts: str) -> int:
    work = batch(desk.state)
    work.sends(desk.actor("bob"), [says(GENERAL_ID, text) for text in texts])
    desk.state.apply(work.changes())
    return desk.state.rooms[GENERAL_ID].seq


def test_a_code_lets_a_second_device_in_and_only_once(desk: Desk) -> None:
    code = body_of(OneTimeCode, desk.ask(ask.MakeLinkCode()))
    assert code.until_us > NOW
    assert body_of(Welcome, _linked(desk, code=code.code.lower())).name == "alice"
    third = desk.receive(
        msgspec.structs.replace(HELLO, code=code.code), peer=b"\0dddd", key="ee" * 32
    )
    assert fault_of(third).code == Code.BAD_CREDENTIALS
    listed = body_of(DeviceList, desk.receive(ask.Devices())).devices
    assert [(each.online, each.seen_us) for each in listed] == [(True, NOW), (True, NOW)]


def test_a_wrong_code_lets_nobody_in(desk: Desk) -> None:
    body_of(OneTimeCode, desk.ask(ask.MakeLinkCode()))
    for wrong in ("0000-0000-0000-0000", "no code", "x" * 10_000):
        assert fault_of(_linked(desk, code=wrong)).code == Code.BAD_CREDENTIALS
    assert desk.service.sessions.get(_PHONE) is None


def test_a_password_lets_a_further_device_in(desk: Desk) -> None:
    assert fault_of(_linked(desk, password="correct horse")).code == Code.BAD_CREDENTIALS
    desk.receive(ask.SetPassword("correct horse"))
    desk.errand()
    desk.commit()
    body_of(Done, desk.replies[-1][1])
    assert fault_of(_linked(desk, password="wrong horse")).code == Code.BAD_CREDENTIALS
    assert fault_of(_linked(desk, password="x" * 100_000)).code == Code.BAD_CREDENTIALS
    assert body_of(Welcome, _linked(desk, password="correct horse")).name == "alice"


def test_a_password_is_changed_by_who_knows_it(desk: Desk) -> None:
    for new, old, code in (
        ("correct horse", "", None),
        ("battery staple", "wrong", Code.BAD_CREDENTIALS),
        ("", "wrong", Code.BAD_CREDENTIALS),
        ("battery staple", "correct horse", None),
        ("", "battery staple", None),
    ):
        assert desk.receive(ask.SetPassword(new, old)) is None
        desk.errand()
        desk.commit()
        error = desk.replies[-1][1].error
        assert (error.code if error else None) == code
    assert desk.actor("alice").user.password == ""


@pytest.mark.parametrize("new", ["short", "x" * 5_000, "with a \0 in it"])
def test_what_can_be_no_password_is_told_at_once(desk: Desk, new: str) -> None:
    fault = fault_of(desk.receive(ask.SetPassword(new)))
    assert fault.code == Code.BAD_REQUEST
    assert len(fault.message) < 300
    assert desk.calls.empty()


def _guess(desk: Desk, number: int, address: str, **words: str) -> Reply:
    """The answer to a hello of a strange key as alice, from there."""
    hello = msgspec.structs.replace(HELLO, **words)
    peer, key = b"\0" + number.to_bytes(4, "big"), f"{number:064x}"
    refused = desk.receive(hello, peer=peer, key=key, address=address, fd=100 + number)
    if refused is not None:
        return refused
    if words.get("password"):
        desk.errand()
    desk.commit()
    return desk.replies[-1][1]


@pytest.fixture
def guessed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A realm in which so many have guessed at alice's password that strangers may no more."""
    monkeypatch.setattr(rates, "PASSWORDS_ELSEWHERE", rates.Rate(per_second=1 / 1_000, burst=6))
    monkeypatch.setattr(rates, "PASSWORDS_WHERE_KNOWN", rates.Rate(per_second=1 / 30, burst=3))
    account, entry = "zmqchat.server.answers.account", "zmqchat.server.entry"
    monkeypatch.setattr(f"{account}.hash_password", lambda new: f"hash of {new}")
    for module in (account, entry):
        monkeypatch.setattr(
            f"{module}.verify_password", lambda hashed, tried: hashed == f"hash of {tried}"
        )
    slow = Desk(desk.state)
    slow.receive(HELLO)
    slow.receive(ask.SetPassword("correct horse"))
    slow.errand()
    slow.commit()
    for number in range(6):
        reply = _guess(slow, number, f"6.6.6.{number}", password="a guess")
        assert fault_of(reply).code == Code.BAD_CREDENTIALS
    yield slow
    slow.close()


def test_guessing_keeps_out_those_who_guess_and_nobody_else(guessed: Desk) -> None:
    reply = _guess(guessed, 10, "6.6.6.10", password="correct horse")
    assert fault_of(reply).code == Code.LINK_CODE_NEEDED  # not even the right one is looked at
    assert body_of(Welcome, _guess(guessed, 11, "127.0.0.1", password="correct horse")).guesses == 6
    code = body_of(OneTimeCode, guessed.ask(ask.MakeLinkCode())).code
    assert body_of(Welcome, _guess(guessed, 12, "6.6.6.10", code=code)).name == "alice"
    body_of(Welcome, guessed.receive(HELLO, peer=b"\0dddd"))  # her own key needs no password
    body_of(Done, guessed.ask(ask.SetPassword("battery staple", "correct horse"), errands=1))


def test_where_the_owner_was_guesses_are_slowed_and_not_refused_for_good(guessed: Desk) -> None:
    replies = [_guess(guessed, number, "127.0.0.1", password="a guess") for number in range(10, 14)]
    fault = fault_of(replies[-1])
    assert [fault_of(reply).code for reply in replies[:-1]] == [Code.BAD_CREDENTIALS] * 3
    assert (fault.code, fault.retry_after) == (Code.RATE_LIMITED, 30.0)
    body_of(Done, guessed.ask(ask.SetPassword("battery staple", "correct horse"), errands=1))


def test_a_password_that_was_not_looked_at_was_no_try(
    guessed: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise Refused(Code.BUSY, "busy", 1.0)

    with monkeypatch.context() as full:
        full.setattr(guessed.passwords, "submit", busy)
        for number in range(20, 40):
            at_hello = _guess(guessed, number, "127.0.0.1", password="correct horse")
            inside = guessed.receive(ask.SetPassword("battery staple", "correct horse"))
            assert fault_of(at_hello).code == fault_of(inside).code == Code.BUSY
    body_of(Welcome, _guess(guessed, 10, "127.0.0.1", password="correct horse"))


def test_the_owner_is_told_that_somebody_guesses(guessed: Desk) -> None:
    assert body_of(Beat, guessed.receive(ask.Heartbeat())).guesses == 6
    hello = msgspec.structs.replace(HELLO, name="bob")
    bob = guessed.state.devices_of(guessed.actor("bob").user.id)[0].key.hex()
    assert body_of(Welcome, guessed.receive(hello, peer=b"\0bbbb", key=bob)).guesses == 0


def test_codes_need_no_password_and_wear_no_budget_out(guessed: Desk) -> None:
    code = body_of(OneTimeCode, guessed.ask(ask.MakeLinkCode())).code
    for number in range(10, 210):
        reply = _guess(guessed, number, "6.6.6.10", code="0000-0000-0000-0000")
        assert fault_of(reply).code == Code.BAD_CREDENTIALS
    assert guessed.jobs == [], "and none of them costs a commit"
    words = {"code": code, "password": "wrong"}
    hello = msgspec.structs.replace(HELLO, **words)
    assert guessed.receive(hello, peer=b"\0\0\0\1\1", key="ef" * 32, address="6.6.6.10") is None
    guessed.commit()
    body_of(Welcome, guessed.replies[-1][1])


def test_a_name_that_nobody_has_costs_no_hashing(desk: Desk) -> None:
    hello = msgspec.structs.replace(HELLO, name="zoe", password="a guess")
    for _ in range(50):
        fault = fault_of(desk.receive(hello, peer=_PHONE, key=OTHER_KEY))
        assert fault.code == Code.BAD_CREDENTIALS
    assert desk.calls.empty()


def test_heartbeats_are_limited_by_device(desk: Desk) -> None:
    for _ in range(int(rates.HEARTBEATS_PER_DEVICE.burst)):
        body_of(Beat, desk.receive(ask.Heartbeat()))
    fault = fault_of(desk.receive(ask.Heartbeat()))
    assert (fault.code, bool(fault.retry_after)) == (Code.RATE_LIMITED, True)
    body_of(Beat, desk.receive(ask.Heartbeat(), now=1.0))


def test_a_known_key_needs_no_comparison(desk: Desk) -> None:
    hello = msgspec.structs.replace(HELLO, password="whatever")
    body_of(Welcome, desk.receive(hello, peer=b"\0dddd"))
    assert desk.calls.empty()


def test_a_removed_device_is_out_at_once(desk: Desk) -> None:
    code = body_of(OneTimeCode, desk.ask(ask.MakeLinkCode())).code
    body_of(Welcome, _linked(desk, code=code))
    before = desk.state.rooms[GENERAL_ID]
    old = desk.actor("alice").user
    phone = _device(desk, OTHER_KEY)
    body_of(Done, desk.ask(ask.RemoveDevice(phone)))
    assert desk.service.sessions.get(_PHONE) is None
    assert desk.hung_up == [(7, "127.0.0.1")]
    assert desk.jobs == [Forget(_PHONE, old.id, phone)]  # what was held back of it is forgotten
    after = desk.state.rooms[GENERAL_ID]
    assert after.key != before.key
    assert after.handle != before.handle
    sends = ask.Send([says(GENERAL_ID, "still here?")])
    assert fault_of(desk.receive(sends, peer=_PHONE, key=OTHER_KEY)).code == Code.NO_SESSION
    refused = fault_of(desk.receive(HELLO, peer=_PHONE, key=OTHER_KEY))
    assert refused.code == Code.DEVICE_REMOVED
    fault = fault_of(desk.ask(ask.RemoveDevice(phone)))  # twice
    assert fault.code == Code.NOT_FOUND
    # The devices that stay learn the new personal topic with their next heartbeat.
    beat = body_of(Beat, desk.receive(ask.Heartbeat()))
    user = desk.actor("alice").user
    assert beat.personal == PersonalTopic(user.handle, personal_key(b"p" * 32, user.handle))
    assert user.handle != old.handle


def test_what_a_removed_device_had_under_way_is_refused(desk: Desk) -> None:
    code = body_of(OneTimeCode, desk.ask(ask.MakeLinkCode())).code
    body_of(Welcome, _linked(desk, code=code))
    seq = desk.state.rooms[GENERAL_ID].seq
    desk.receive(ask.RemoveDevice(_device(desk, OTHER_KEY)))
    sends = ask.Send([says(GENERAL_ID, "late")])
    assert desk.receive(sends, peer=_PHONE, key=OTHER_KEY) is None
    desk.receive(ask.CreateRoom(b"i" * 16, "mine"), peer=_PHONE, key=OTHER_KEY)
    desk.receive(ask.SetRoom(GENERAL_ID, Level.NOTHING, True), peer=_PHONE, key=OTHER_KEY)
    desk.commit()
    answers = [reply for peer, reply in desk.replies if peer == _PHONE][1:]
    assert {
        reply.error.code if reply.error else body_of(Sent, reply).results[0].code  # type: ignore[union-attr]
        for reply in answers
    } == {Code.DEVICE_REMOVED}
    assert desk.state.rooms[GENERAL_ID].seq == seq
    assert desk.state.room_named("mine") is None


def test_a_device_that_is_let_in_and_put_out_in_one_commit_gets_no_session(desk: Desk) -> None:
    code = body_of(OneTimeCode, desk.ask(ask.MakeLinkCode())).code
    hello = msgspec.structs.replace(HELLO, code=code)
    assert desk.receive(hello, peer=_PHONE, key=OTHER_KEY) is None
    desk.receive(ask.RemoveDevice(desk.state.realm.next_device))
    desk.commit()
    answers = [reply for peer, reply in desk.replies if peer == _PHONE]
    assert fault_of(answers[-1]).code == Code.DEVICE_REMOVED
    assert desk.service.sessions.get(_PHONE) is None


def test_the_last_device_stays_without_a_password(desk: Desk) -> None:
    number = _device(desk, KEY)
    assert fault_of(desk.ask(ask.RemoveDevice(number))).code == Code.FORBIDDEN
    desk.receive(ask.SetPassword("correct horse"))
    desk.errand()
    desk.commit()
    body_of(Done, desk.ask(ask.RemoveDevice(number)))  # told on its own connection
    assert desk.hung_up == []
    assert desk.service.sessions.get(PEER) is None
    assert fault_of(desk.receive(ask.Heartbeat())).code == Code.NO_SESSION
    assert fault_of(desk.receive(HELLO)).code == Code.DEVICE_REMOVED


def test_devices_of_others_are_not_to_be_touched(desk: Desk) -> None:
    bob = desk.state.devices_of(desk.actor("bob").user.id)[0].id
    for body in (ask.RemoveDevice(bob), ask.LabelDevice(bob, "mine"), ask.RemoveDevice(2**60)):
        assert fault_of(desk.ask(body)).code == Code.NOT_FOUND
    assert fault_of(desk.receive(ask.Devices(2))).code == Code.FORBIDDEN
    body_of(Done, desk.ask(ask.LabelDevice(_device(desk, KEY), "desk")))
    (entry,) = body_of(DeviceList, desk.receive(ask.Devices())).devices
    assert entry == DeviceEntry(_device(desk, KEY), "desk", NOW, NOW, True)


def test_a_marker_is_put_where_the_log_counts(desk: Desk) -> None:
    head = _posted(desk, "one", "two", "three")
    body_of(Done, desk.ask(ask.MarkRead(GENERAL_ID, 2**62)))
    reading = desk.state.reading(GENERAL_ID, desk.actor("alice").user.id)
    assert reading is not None
    assert (reading.seq, reading.posted) == (head, 3)
    version = desk.state.account_version(desk.actor("alice").user.id)
    for behind in (head, head - 1, 0):
        body_of(Done, desk.receive(ask.MarkRead(GENERAL_ID, behind)))  # it only moves forward
    assert body_of(Beat, desk.receive(ask.Heartbeat())).account == version


def test_a_marker_in_the_middle_is_looked_up(desk: Desk) -> None:
    head = _posted(desk, "one", "two")
    desk.receive(ask.MarkRead(GENERAL_ID, head - 1))
    desk.errand()
    desk.commit()
    body_of(Done, desk.replies[-1][1])
    reading = desk.state.reading(GENERAL_ID, desk.actor("alice").user.id)
    assert reading is not None
    assert reading.seq == head - 1


def test_no_marker_where_nothing_may_be_read(desk: Desk) -> None:
    room = room_of(desk.state, desk.actor("bob"), "theirs", private=True).id
    for body in (ask.MarkRead(room, 1), ask.MarkRead(77, 1)):
        assert fault_of(desk.receive(body)).code == Code.NOT_FOUND
    assert fault_of(desk.ask(ask.MarkRead(GENERAL_ID, -1))).code == Code.BAD_REQUEST
    assert fault_of(desk.ask(ask.SetRoom(room, Level.ALL, True))).code == Code.NOT_FOUND


def test_a_marker_that_comes_too_late_is_refused(desk: Desk) -> None:
    alice = desk.actor("alice")
    room = room_of(desk.state, alice, "dev", private=True).id
    state = desk.state
    state.apply([replace(state.rooms[room], seq=state.rooms[room].seq + 1)])
    assert desk.receive(ask.MarkRead(room, 99)) is None
    assert desk.receive(ask.SetRoom(room, Level.NOTHING, False)) is None
    stands(desk.state, room, alice, standing=Standing.FORMER)
    desk.commit()
    assert [fault_of(reply).code for _, reply in desk.replies[-2:]] == [Code.NOT_FOUND] * 2


def test_other_devices_are_told_of_what_changed(desk: Desk) -> None:
    body_of(Done, desk.ask(ask.SetRoom(GENERAL_ID, Level.MENTIONS, True)))
    assert [handle for handle, _ in desk.frames] == [desk.actor("alice").user.handle]
    beat = body_of(Beat, desk.receive(ask.Heartbeat()))
    assert beat.account == desk.state.account_version(desk.actor("alice").user.id) > 0
    body_of(Done, desk.ask(ask.SetRoom(GENERAL_ID, Level.MENTIONS, True)))  # twice
    assert len(desk.frames) == 1


def test_ignoring_somebody(desk: Desk) -> None:
    assert fault_of(desk.ask(ask.Ignore(99))).code == Code.NOT_FOUND
    assert len(fault_of(desk.ask(ask.Ignore(99 * 100_000))).message) < 300
    assert fault_of(desk.ask(ask.Ignore(1))).code == Code.BAD_REQUEST
    body_of(Done, desk.ask(ask.Ignore(2)))
    assert desk.state.ignored_by(desk.actor("alice").user.id) == {desk.actor("bob").user.id}


def test_a_profile_is_bounded_and_told(desk: Desk) -> None:
    for body in (
        ask.SetProfile(display="x" * 1_000),
        ask.SetProfile(status="x" * 10_000),
        ask.SetProfile(picture=b"x" * 900_000),
        ask.SetProfile(picture=b"not a picture"),
        ask.SetProfile(display="bob"),
    ):
        assert len(fault_of(desk.ask(body)).message) < 400
    body_of(Done, desk.ask(ask.SetProfile(display="Alice L.", status="at lunch")))
    assert desk.actor("alice").user.display == "Alice L."
    assert desk.service.announcements.due() is not None


def test_changes_are_not_made_without_end(desk: Desk) -> None:
    codes = [
        error.error.code
        for _ in range(int(rates.PROFILES_PER_DEVICE.burst) + 1)
        if (error := desk.receive(ask.SetProfile(status="x"))) and error.error
    ]
    assert codes == [Code.RATE_LIMITED]
    for _ in range(int(rates.CODES_PER_USER.burst)):
        assert desk.receive(ask.MakeLinkCode()) is None
    assert fault_of(desk.receive(ask.MakeLinkCode())).code == Code.RATE_LIMITED


def test_a_session_opens_as_its_client_says(desk: Desk) -> None:
    hello = msgspec.structs.replace(HELLO, presence=Presence.AWAY)
    body_of(Welcome, desk.receive(hello))
    assert desk.service.sessions.presence(desk.actor("alice").user.id) is Presence.AWAY
    hello = msgspec.structs.replace(HELLO, presence=Presence.OFFLINE)
    assert fault_of(desk.receive(hello)).code == Code.BAD_REQUEST


def test_a_code_is_in_no_log_and_no_description(desk: Desk) -> None:
    desk.receive(ask.MakeLinkCode())
    job = desk.job(AccountJob)
    assert job.code
    assert job.code not in repr(job)
    assert job.code.encode() not in codec.encode(job.means.code_hash)
