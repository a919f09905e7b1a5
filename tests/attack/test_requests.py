"""Every request by everybody: what is answered, what it gives away, and what it leaves behind.

The requests are the protocol's: one without a row here fails the suite. Each row has a letter for
each of `Who`, in that order, but for the invited: `_expected` has the rule for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any, get_args

import pytest

from tests.attack.realm import FACE, Asker, Realm, Who, answer, put_out, values_of
from tests.domain.realms import item, send_id
from tests.server.fakes import Desk, body_of
from zmqchat.errors import Code
from zmqchat.protocol import codec, events
from zmqchat.protocol import requests as ask
from zmqchat.protocol.people import Presence, RealmRole
from zmqchat.protocol.replies import Refusal, Reply, Sent, Welcome
from zmqchat.protocol.rooms import Level, Role
from zmqchat.server.answers import account

_READ, _WRITTEN = "x", "w"  # granted, without and with something that changed
_CODES = {
    _READ: None,
    _WRITTEN: None,
    "b": Code.BAD_REQUEST,
    "c": Code.REGISTRATION_CLOSED,
    "d": Code.DEACTIVATED,
    "f": Code.FORBIDDEN,
    "n": Code.NOT_FOUND,
    "r": Code.DEVICE_REMOVED,
    "s": Code.NO_SESSION,
    "t": Code.NAME_TAKEN,
}


@dataclass(frozen=True)
class Case:
    """A request of whoever asks, and what comes of it."""

    body: Callable[[Realm, Asker], ask.RequestBody]
    row: str


_EVERYBODY = "sxxxxxrdxxxf"
_WRITES = "swwwwwrdwwwf"
_ADMINS = "sfffffrdffxx"
_ADMINS_WRITE = "sfffffrdffww"
_IN_PRIVATE = "snnxnnrdxxnf"
_IN_PUBLIC = "sfnxffrdxxff"
_IN_DIRECT = "snnxnnrdnnnf"


def _own_device(realm: Realm, asker: Asker) -> int:
    return asker.id or realm.device


def _of_the_realm() -> dict[str, Case]:
    """What is the same for everybody who may ask at all."""
    return {
        "hello": Case(lambda r, a: ask.Hello([1], a.name, "t", "join-token"), "wxxxxxrdxxxf"),
        "hello without a link": Case(
            lambda r, a: ask.Hello([1], "x-" + a.name, "t"), "cfffffrdffff"
        ),
        "hello as another": Case(
            lambda r, a: ask.Hello([1], "victor", "t", "join-token"), "tfffffrdffff"
        ),
        "heartbeat": Case(lambda r, a: ask.Heartbeat(), _EVERYBODY),
        "presence": Case(lambda r, a: ask.SetPresence(Presence.AWAY), _EVERYBODY),
        "bye": Case(lambda r, a: ask.Bye(), _EVERYBODY),
        "rooms": Case(lambda r, a: ask.Rooms(), _EVERYBODY),
        "create": Case(lambda r, a: ask.CreateRoom(send_id(), "nook"), "swfwwwrdwwwf"),
        "create what is": Case(lambda r, a: ask.CreateRoom(send_id(), "agora"), "stftttrdtttf"),
        "talk to victor": Case(
            lambda r, a: ask.OpenDirect(send_id(), [r.id("victor")]), "swnxwwrdwwwf"
        ),
        "everybody": Case(lambda r, a: ask.Members(), _EVERYBODY),
        "know": Case(lambda r, a: ask.KnowPeople([r.id("victor"), r.id("pia")]), _EVERYBODY),
        "find a room": Case(lambda r, a: ask.FindRoom("den-of-secrets"), _EVERYBODY),
        "search of victor": Case(lambda r, a: ask.Search("whispered from:victor"), "sxnxxxrdxxxf"),
        "find": Case(lambda r, a: ask.FindPeople(["victor", "ivy", "pia"]), "sxxxxxrdxxxx"),
        "account": Case(lambda r, a: ask.Account(), _EVERYBODY),
        "ignore": Case(lambda r, a: ask.Ignore(r.id("victor")), "swnwwwrdwwwf"),
        "profile": Case(lambda r, a: ask.SetProfile("Shown", "busy"), _WRITES),
        "picture": Case(lambda r, a: ask.SetProfile(picture=FACE), _WRITES),
        "face": Case(lambda r, a: ask.Picture(r.id("victor")), "sxnxxxrdxxxf"),
        "devices": Case(lambda r, a: ask.Devices(), _EVERYBODY[:-1] + "n"),
        "devices of victor": Case(lambda r, a: ask.Devices(r.id("victor")), _ADMINS),
        "label own": Case(lambda r, a: ask.LabelDevice(_own_device(r, a), "desk"), _WRITES),
        "label another's": Case(lambda r, a: ask.LabelDevice(r.device, "mine"), "snnnnnrdnnnf"),
        "remove another's": Case(lambda r, a: ask.RemoveDevice(r.device), "snnnnnrdnnww"),
        "link code": Case(lambda r, a: ask.MakeLinkCode(), _WRITES),
        "password": Case(lambda r, a: ask.SetPassword("correct horse"), _WRITES),
        "search": Case(lambda r, a: ask.Search("whispered"), _EVERYBODY),
        "search in its name": Case(
            lambda r, a: ask.Search("whispered in:den-of-secrets"), _IN_PRIVATE
        ),
        "invite": Case(lambda r, a: ask.MakeInvite(), _ADMINS_WRITE),
        "invites": Case(lambda r, a: ask.Invites(), _ADMINS),
        "revoke": Case(lambda r, a: ask.RevokeInvite(r.invite), _ADMINS_WRITE),
        "users": Case(lambda r, a: ask.Users(), _ADMINS),
        "role": Case(lambda r, a: ask.SetRealmRole("victor", RealmRole.GUEST), _ADMINS_WRITE),
        "raise oneself": Case(
            lambda r, a: ask.SetRealmRole(a.name, RealmRole.ADMIN), "sfffffrdffxn"
        ),
        "deactivate": Case(lambda r, a: ask.Deactivate("victor"), _ADMINS_WRITE),
        "reactivate": Case(lambda r, a: ask.Reactivate("victor"), _ADMINS),
        "rename": Case(lambda r, a: ask.RenameUser("victor", "victim"), _ADMINS_WRITE),
        "recover": Case(lambda r, a: ask.Recover("victor"), _ADMINS_WRITE),
        "leaderless": Case(lambda r, a: ask.Leaderless("victor"), _ADMINS),
        "appoint": Case(lambda r, a: ask.AppointOwner("den-of-secrets", "victor"), "sfffffrdffff"),
    }


def _in_rooms() -> Iterator[tuple[str, Case]]:
    """What is asked of a room: a private one, a public one, and a conversation."""
    bodies: dict[str, Callable[[int, int], ask.RequestBody]] = {
        "chains": lambda room, seq: ask.Chains(room, [1, seq]),
        "history": lambda room, seq: ask.History(room),
        "thread": ask.Thread,
        "message": ask.OneMessage,
        "pins": lambda room, seq: ask.Pins(room),
        "members": lambda room, seq: ask.Members(room),
        "search": lambda room, seq: ask.Search("whispered", room),
        "typing": lambda room, seq: ask.SetTyping(room),
        "read": ask.MarkRead,
        "set": lambda room, seq: ask.SetRoom(room, Level.NOTHING, muted=True),
        "catch up": lambda room, seq: ask.CatchUp([ask.Span(room, 0, b"", 100)]),
        "open": lambda room, seq: ask.OpenRooms([room]),
    }
    rows = {"private": _IN_PRIVATE, "public": _IN_PUBLIC, "direct": _IN_DIRECT}
    for name, body in bodies.items():
        for kind, row in rows.items():
            if name in {"catch up", "open"}:  # what one may not read is left out
                row = _EVERYBODY
            if name in {"read", "set"}:
                row = row.replace(_READ, _WRITTEN)
            if name == "search":  # a room that is not read has nothing that could be found
                row = row.replace("f", "n")[:-1] + "f"

            def of_room(
                realm: Realm,
                asker: Asker,
                body: Callable[[int, int], ask.RequestBody] = body,
                kind: str = kind,
            ) -> ask.RequestBody:
                room: int = getattr(realm, kind)
                return body(room, realm.seqs[room])

            yield f"{name} {kind}", Case(of_room, row)


_SENDS: dict[type[Any], tuple[Callable[[Realm, Asker, int], events.Body], str, str]] = {
    # What is sent, and what comes of it in the private room and in the public one.
    events.Posted: (
        lambda r, a, seq: events.Posted("hello"), "snnwnnrdwwnf", "sfnwffrdwwff",
    ),
    events.Edited: (
        lambda r, a, seq: events.Edited(seq, "forged"), "snnfnnrdffnf", "sfnfffrdffff",
    ),
    events.Redacted: (
        lambda r, a, seq: events.Redacted(seq), "snnfnnrdwwnf", "sfnfffrdwwff",
    ),
    events.Reacted: (
        lambda r, a, seq: events.Reacted(seq, "👍"), "snnwnnrdwwnf", "sfnwffrdwwff",
    ),
    events.Unreacted: (
        lambda r, a, seq: events.Unreacted(seq, "👎"), "snnwnnrdwwnf", "sfnwffrdwwff",
    ),
    events.Pinned: (
        lambda r, a, seq: events.Pinned(seq), "snnwnnrdwwnf", "sfnwffrdwwff",
    ),
    events.Unpinned: (
        lambda r, a, seq: events.Unpinned(seq), "snnfnnrdffnf", "sfnfffrdffff",
    ),
    events.Joined: (
        lambda r, a, seq: events.Joined(a.id, a.name), "snnfnnrdffnf", "swnfwfrdffwf",
    ),
    events.Left: (
        lambda r, a, seq: events.Left(a.id, a.name), "snnwnnrdwfnf", "sfnwffrdwfff",
    ),
    events.Invited: (
        lambda r, a, seq: events.Invited(r.id("ivy"), "ivy"), "snnwnnrdwwnf", "sfnwffrdwwff",
    ),
    events.Kicked: (
        lambda r, a, seq: events.Kicked(r.id("victor"), "victor"), "snnfnnrdwwnf", "sfnfffrdwwwf",
    ),
    events.Banned: (
        lambda r, a, seq: events.Banned(r.id("victor"), "victor"), "snnfnnrdwwnf", "sfnfffrdwwwf",
    ),
    events.Unbanned: (
        lambda r, a, seq: events.Unbanned(r.id("the-banned"), "the-banned"),
        "snnfnnrdwwnf", "sfnfffrdwwwf",
    ),
    events.Renamed: (
        lambda r, a, seq: events.Renamed("mine-now"), "snnfnnrdwwnf", "sfnfffrdwwwf",
    ),
    events.Described: (
        lambda r, a, seq: events.Described("mine now"), "snnfnnrdwwnf", "sfnfffrdwwwf",
    ),
    events.Archived: (
        lambda r, a, seq: events.Archived(), "snnfnnrdfwnf", "sfnfffrdfwwf",
    ),
    events.Unarchived: (
        lambda r, a, seq: events.Unarchived(), "snnfnnrdffnf", "sfnfffrdffff",
    ),
    events.Appointed: (
        lambda r, a, seq: events.Appointed(r.id("victor"), "victor", Role.OWNER),
        "snnfnnrdfwnf", "sfnfffrdfwwf",
    ),
    events.PersonRenamed: (
        lambda r, a, seq: events.PersonRenamed(r.id("victor"), "victor", "victim"),
        "sbbbbbrdbbbf", "sbbbbbrdbbbf",
    ),
}  # fmt: skip


def _sends() -> Iterator[tuple[str, Case]]:
    for kind, (make, private, public) in _SENDS.items():
        for room, row in (("private", private), ("public", public)):

            def send(
                realm: Realm,
                asker: Asker,
                make: Callable[[Realm, Asker, int], events.Body] = make,
                room: str = room,
            ) -> ask.RequestBody:
                number: int = getattr(realm, room)
                return ask.Send([item(number, make(realm, asker, realm.seqs[number]))])

            yield f"send {events.TYPE_OF_BODY[kind]} {room}", Case(send, row)


CASES: dict[str, Case] = _of_the_realm() | dict(_in_rooms()) | dict(_sends())
_IN_ROW = [who for who in Who if who is not Who.INVITED]


def _expected(name: str) -> dict[Who, str]:
    """What comes of it for whom.

    Who is invited to both rooms is an outsider who may enter and decline, and who sees the private
    room: where an outsider is told that there is none, it is told that it is not in.
    """
    row = dict(zip(_IN_ROW, CASES[name].row, strict=True))
    letter = row[Who.OUTSIDER]
    if name in {"send joined private", "send left private", "send left public"}:
        letter = _WRITTEN
    elif name.endswith(" private") and not name.startswith("search") and letter == "n":
        letter = "f"
    return row | {Who.INVITED: letter}


@pytest.fixture(scope="module")
def realm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realm]:
    made = Realm(tmp_path_factory.mktemp("realm"))
    with pytest.MonkeyPatch.context() as patch:  # nobody's password is compared here
        patch.setattr(account, "hash_password", lambda password: f"hash of {len(password)}")
        yield made
    made.close()


def test_no_request_and_no_event_is_without_a_rule(realm: Realm) -> None:
    asker = realm.asker(Who.MEMBER)
    assert {type(case.body(realm, asker)) for case in CASES.values()} == set(
        get_args(ask.RequestBody)
    )
    assert set(_SENDS) == set(events.BODY_TYPES.values())
    assert {len(case.row) for case in CASES.values()} == {len(_IN_ROW)}


def _fault(reply: Reply) -> Code | None:
    if reply.error is not None:
        return Code(reply.error.code)
    if isinstance(reply.ok, Sent) and isinstance(reply.ok.results[0], Refusal):
        return Code(reply.ok.results[0].code)
    return None


def _seen(desk: Desk) -> tuple[Any, ...]:
    """All that a request could have left behind."""
    return values_of(desk.state), len(desk.log.events), len(desk.log.projected)


def _come_in(desk: Desk, asker: Asker) -> None:
    """Says hello, unless one has no name to say."""
    if asker.id:
        hello = ask.Hello([1], asker.name, "test", "join-token")
        body_of(Welcome, answer(desk, hello, peer=asker.peer, key=asker.key))
    put_out(desk, asker)


def _ask(realm: Realm, who: Who, case: Case) -> tuple[ask.RequestBody, Reply, bool, bool]:
    """What is asked and answered, whether something changed, and whether others were told."""
    asker, desk = realm.asker(who), realm.opened()
    try:
        _come_in(desk, asker)
        before, told = _seen(desk), len(desk.frames)
        body = case.body(realm, asker)
        reply = answer(desk, body, peer=asker.peer, key=asker.key)
        return body, reply, _seen(desk) != before, len(desk.frames) > told
    finally:
        desk.close()


def _wrong(realm: Realm, name: str) -> Iterator[str]:
    case = CASES[name]
    for who, expected in _expected(name).items():
        body, reply, changed, told = _ask(realm, who, case)
        code = _fault(reply)
        if code is not _CODES[expected]:
            yield f"{who}: {code}, not {_CODES[expected]}: {reply}"
        if changed is not (expected == _WRITTEN):
            yield f"{who}: something changed: {changed}"
        if code is not None and told:
            yield f"{who}: refused, and others were told"
        asked, answered = codec.encode(body), codec.encode(reply)
        yield from (
            f"{who}: {secret!r} given away"
            for secret in realm.secrets(who)
            if secret in answered and secret not in asked
        )


@pytest.mark.parametrize("name", CASES)
def test_what_is_asked_is_answered_by_the_rule_and_gives_nothing_away(
    realm: Realm, name: str
) -> None:
    assert list(_wrong(realm, name)) == []


@pytest.mark.parametrize("name", [name for name in CASES if name.endswith((" private", " direct"))])
def test_a_room_that_is_not_ones_own_answers_as_one_that_is_not_there(
    realm: Realm, name: str
) -> None:
    elsewhere = copy(realm)
    elsewhere.private = elsewhere.direct = 10**9
    elsewhere.seqs = {**realm.seqs, 10**9: realm.seqs[realm.private]}
    for who, expected in _expected(name).items():
        if expected not in {_READ, _WRITTEN, "f"}:
            hidden, nowhere = (_ask(each, who, CASES[name])[1] for each in (realm, elsewhere))
            assert (hidden.ok, hidden.error) == (nowhere.ok, nowhere.error), who
