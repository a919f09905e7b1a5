"""A device that was put out, on a real server: it hears nothing more, and its key opens nothing."""

from __future__ import annotations

from tests.domain.realms import says
from tests.server.running import Client, RunningServer
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.errors import Code
from zmqchat.protocol import requests as ask
from zmqchat.protocol.people import RealmRole
from zmqchat.protocol.replies import (
    Beat,
    DeviceList,
    Done,
    OneTimeCode,
    OpenedRooms,
    UserList,
    Welcome,
)
from zmqchat.security.keys import KeyPair


def _further(server: RunningServer, name: str, *, code: str = "", password: str = "") -> Client:
    client = Client(server)
    client.get(Welcome, ask.Hello([1], name, "test", code=code, password=password))
    return client


def test_a_removed_device_is_cut_and_its_key_is_refused(server: RunningServer) -> None:
    with Client(server) as laptop:
        laptop.hello("alice")
        code = laptop.get(OneTimeCode, ask.MakeLinkCode()).code
        with _further(server, "alice", code=code) as phone:
            held = phone.get(OpenedRooms, ask.OpenRooms([GENERAL_ID])).rooms[0]
            number = phone.get(DeviceList, ask.Devices()).devices[-1].device
            laptop.get(Done, ask.RemoveDevice(number))
            # libzmq connects again by itself; what it asks there has no session any more.
            assert phone.refused(ask.Rooms()).code == Code.NO_SESSION
            assert phone.refused(ask.OpenRooms([GENERAL_ID])).code == Code.NO_SESSION
            again = phone.refused(ask.Hello([1], "alice", "test", server.keys.join))
            assert again.code == Code.DEVICE_REMOVED
        now = laptop.get(OpenedRooms, ask.OpenRooms([GENERAL_ID])).rooms[0]
        assert (now.key == held.key, now.handle == held.handle) == (False, False)
        laptop.get(Beat, ask.Heartbeat())
        with Client(server, phone.key) as later:
            hello = ask.Hello(
                [1], "alice", "test", code=laptop.get(OneTimeCode, ask.MakeLinkCode()).code
            )
            assert later.refused(hello).code == Code.DEVICE_REMOVED


def test_a_password_is_good_until_it_is_changed(server: RunningServer) -> None:
    with Client(server) as laptop:
        laptop.hello("alice")
        laptop.get(Done, ask.SetPassword("correct horse"))
        _further(server, "alice", password="correct horse").close()
        laptop.get(Done, ask.SetPassword("battery staple", "correct horse"))
        with Client(server) as thief:
            old = ask.Hello([1], "alice", "test", password="correct horse")
            assert thief.refused(old).code == Code.BAD_CREDENTIALS
            nobody = ask.Hello([1], "zoe", "test", password="correct horse")
            assert thief.refused(nobody).code == Code.BAD_CREDENTIALS


def test_the_right_password_lets_in_at_the_first_try_while_a_stranger_guesses(
    server: RunningServer,
) -> None:
    with Client(server) as laptop, Client(server, source="127.0.0.2") as thief:
        laptop.hello("alice")
        laptop.get(Done, ask.SetPassword("correct horse"))
        for _ in range(12):
            thief.send(ask.Hello([1], "alice", "test", password="a guess"))
        _further(server, "alice", password="correct horse").close()
        refused = {thief.receive().error.code for _ in range(12)}  # type: ignore[union-attr]
        assert refused <= {Code.BAD_CREDENTIALS, Code.BUSY}
        assert laptop.get(Beat, ask.Heartbeat()).guesses >= 5  # it is told


def test_reading_goes_on_while_passwords_are_tried(server: RunningServer) -> None:
    with Client(server) as laptop, Client(server) as thief:
        laptop.hello("alice")
        for _ in range(8):
            thief.send(ask.Hello([1], "alice", "test", password="a guess"))
        laptop.get(Beat, ask.Heartbeat())
        assert {thief.receive().error.code for _ in range(8)} == {Code.BAD_CREDENTIALS}  # type: ignore[union-attr]


def test_the_operators_key_administers_and_does_nothing_else(server: RunningServer) -> None:
    with Client(server) as alice, Client(server, server.keys.operator) as operator:
        alice.hello("alice")
        operator.get(Done, ask.SetRealmRole("alice", RealmRole.ADMIN))
        assert alice.get(UserList, ask.Users()).users[0].role is RealmRole.ADMIN
        for body in (ask.Rooms(), ask.Send([says(GENERAL_ID, "x")]), ask.Heartbeat()):
            assert operator.refused(body).code == Code.FORBIDDEN
        hello = ask.Hello([1], "root", "test", server.keys.join)
        assert operator.refused(hello).code == Code.FORBIDDEN
        operator.get(Done, ask.Deactivate("alice"))
        assert alice.refused(ask.Rooms()).code == Code.NO_SESSION
        assert alice.refused(ask.Hello([1], "alice", "test")).code == Code.DEACTIVATED
        operator.get(Done, ask.Reactivate("alice"))
        alice.hello("alice")


def test_another_key_is_no_operator(server: RunningServer) -> None:
    with Client(server, KeyPair.generate()) as stranger:
        assert stranger.refused(ask.Users()).code == Code.NO_SESSION
        stranger.hello("mallory")
        assert stranger.refused(ask.Users()).code == Code.FORBIDDEN
        assert stranger.refused(ask.Recover("mallory")).code == Code.FORBIDDEN
