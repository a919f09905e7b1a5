"""Signals, the account's version, the personal topic, presence: what may be lost, and what not."""

from __future__ import annotations

import msgspec
import pytest

from tests.sync.model import BOB, ME, NAME, Client, Server, Store
from tests.sync.seeing import asked, seen
from zmqchat.errors import Code
from zmqchat.protocol.events import (
    Appointed,
    Archived,
    Body,
    Described,
    Invited,
    Kicked,
    Left,
    PersonRenamed,
    Renamed,
)
from zmqchat.protocol.frames import Nudge, Signals
from zmqchat.protocol.people import Presence
from zmqchat.protocol.replies import Fault, Reply
from zmqchat.protocol.requests import Heartbeat, Hello, OpenRooms, SetPresence
from zmqchat.protocol.rooms import Role, RoomInfo
from zmqchat.protocol.signals import Typing
from zmqchat.protocol.who import Who
from zmqchat.sync import effects as fx
from zmqchat.sync.context import Context
from zmqchat.sync.session import Identity, Session
from zmqchat.sync.timeline import Origin, Point


class Everything(Store):
    """A disk of one who wants every room from its first event on."""

    def start(self, info: RoomInfo) -> Origin:
        """Before the first event."""
        self.bases.setdefault(info.room, Point(0, b""))
        self.events.setdefault(info.room, {})
        return Origin(Point(0, b""))


@pytest.fixture
def server() -> Server:
    return Server()


def test_a_signal_is_told_once_and_a_replay_of_it_never(server: Server, client: Client) -> None:
    first = server.signal(1)
    handle = server.rooms[1].handle
    client.hear()
    server.signal(1)
    server.broadcast(handle, first)
    client.hear(9)
    assert seen(client, fx.Signalled) == [fx.Signalled(1, (Typing(BOB, "bob", True),))] * 2
    client.disconnect()
    client.settle()
    server.broadcast(handle, first)
    client.hear(9)
    assert len(seen(client, fx.Signalled)) == 2


@pytest.mark.parametrize("change", [{"room": 2}, {"epoch": 7}, {"counter": 0}])
def test_a_signal_out_of_its_place_is_dropped_in_silence(
    server: Server, client: Client, change: dict[str, int]
) -> None:
    server.signal(1)
    client.hear()
    client.seen.clear()
    frame = Signals(1, server.rooms[1].epoch, 10**9, [Typing(666, "mallory", True)])
    server.broadcast(server.rooms[1].handle, msgspec.structs.replace(frame, **change))
    client.hear()
    assert client.seen == []


def test_a_counter_that_was_made_up_ends_with_its_epoch(server: Server, client: Client) -> None:
    where = server.rooms[1]
    server.broadcast(where.handle, Signals(1, where.epoch, 2**64 - 1, []))
    client.hear()
    server.signal(1)
    client.hear()
    assert len(seen(client, fx.Signalled)) == 1
    server.rotate(1)
    client.settle()
    server.signal(1)
    client.hear()
    assert len(seen(client, fx.Signalled)) == 2


def test_a_new_version_of_the_account_is_told_once(server: Server, client: Client) -> None:
    server.account = 7
    client.settle()
    client.settle()
    assert seen(client, fx.AccountChanged) == [fx.AccountChanged(7)]
    client.disconnect()
    server.account = 3  # a restored backup
    client.settle()
    assert seen(client, fx.AccountChanged)[1:] == [fx.AccountChanged(3)]


def test_a_renewed_personal_topic_is_listened_to_and_the_old_one_left(
    server: Server, client: Client
) -> None:
    old = server.personal.handle
    server.renew_personal()
    client.settle()
    assert server.personal.handle in server.subscriptions
    assert old not in server.subscriptions
    client.seen.clear()
    server.broadcast(server.personal.handle, Nudge(10**6))
    client.hear()
    assert len(asked(client, Heartbeat)) == 1


def test_presence_holds_across_reconnects(client: Client) -> None:
    client.run(client.machine.be(client.now, Presence.AWAY))
    assert asked(client, SetPresence) == [SetPresence(Presence.AWAY)]
    client.settle()
    client.disconnect()
    client.settle()
    assert asked(client, Hello)[-1].presence is Presence.AWAY


def test_password_and_code_are_shown_until_they_let_in(server: Server) -> None:
    context = Context(lambda: 0.5)
    session = Session(context, Identity("alice", password="secret", code="7K3M"))
    session.start(0.0)
    session.connected(0.0, {})
    session.welcomed(0.0, Server()._welcome())
    session.connected(0.0, {})
    hellos = [e.request.body for e in context.take() if isinstance(e, fx.SendRequest)]
    assert [(h.password, h.code) for h in hellos if isinstance(h, Hello)] == [
        ("secret", "7K3M"),
        ("", ""),
    ]


@pytest.mark.parametrize("code", [Code.DEVICE_REMOVED, Code.DEACTIVATED])
def test_a_device_that_is_out_tries_nothing_more(client: Client, code: Code) -> None:
    client.tick(6.0)
    (request,) = client.requests
    client.run(client.machine.reply(client.now, Reply(request.id, error=Fault(code, "out"))))
    assert seen(client, fx.Rejected) == [fx.Rejected(code, "out")]
    assert client.machine.state is fx.State.OFFLINE
    assert client.machine.wakeup() is None


@pytest.mark.parametrize(
    ("body", "field", "value"),
    [
        (Renamed("lab"), "name", "lab"),
        (Described("for tests"), "description", "for tests"),
        (Archived(), "archived", True),
    ],
)
def test_the_log_says_what_a_room_is(
    server: Server, client: Client, body: Body, field: str, value: object
) -> None:
    server.commit(1, [(BOB, body, b"i" * 16)])
    client.hear()
    assert getattr(client.machine.rooms.infos[1], field) == value
    assert [getattr(e.info, field) for e in seen(client, fx.RoomChanged)] == [value]


def test_an_old_page_of_the_log_calls_a_room_nothing_that_it_is_not_called_now(
    server: Server,
) -> None:
    """Another room may have that name by now, and whoever writes there would be heard here."""
    server.commit(1, [(BOB, Renamed("secrets"), b"a" * 16)])
    server.commit(1, [(BOB, Appointed(ME, NAME, Role.OWNER), b"b" * 16)])
    server.commit(1, [(BOB, Kicked(ME, NAME), b"k" * 16), (BOB, Invited(ME, NAME), b"i" * 16)])
    for number in range(2 * server.catch_up_events):  # pages before the next name
        server.post(1, f"{number}")
    server.commit(1, [(BOB, Renamed("room1"), b"c" * 16)])
    client = Client(server, Everything())
    client.settle()
    client.check_whole()
    names = [effect.info.name for effect in seen(client, fx.RoomChanged)]
    assert "secrets" not in names
    assert client.machine.rooms.infos[1].name == "room1"
    assert client.machine.rooms.infos[1].role is Role.MEMBER


def test_who_left_and_is_invited_asks_the_server_whether_it_is_in(
    server: Server, client: Client
) -> None:
    """Of one whom it ignores an invitation waits: the log says the same, and the room is closed."""
    server.commit(1, [(ME, Left(ME, NAME), b"l" * 16), (BOB, Invited(ME, NAME), b"i" * 16)])
    server.rooms[1].member = False
    client.hear()
    client.settle()
    assert 1 not in client.machine.rooms.infos


def test_ones_own_new_name_is_known_from_the_log(server: Server, client: Client) -> None:
    server.commit(1, [(BOB, PersonRenamed(ME, NAME, "alicia"), b"i" * 16)])
    client.hear()
    welcome = client.machine.welcome
    assert welcome is not None
    assert welcome.name == "alicia"


def test_a_conversation_is_called_after_what_people_are_called_now(
    server: Server, client: Client
) -> None:
    """The server says how it stands; somebody else's new name is nothing to it."""
    server.rooms[2].people = (Who(BOB, "bob"), Who(3, "carol"))
    client.disconnect()
    client.settle()
    client.seen.clear()
    server.commit(1, [(BOB, PersonRenamed(4, "dave", "david"), b"d" * 16)])
    client.settle()
    assert asked(client, OpenRooms) == []
    server.rooms[2].people = now = (Who(3, "carol"), Who(BOB, "robert"))
    server.commit(1, [(BOB, PersonRenamed(BOB, "bob", "robert"), b"i" * 16)])
    client.settle()
    assert asked(client, OpenRooms) == [OpenRooms([2])]
    assert client.machine.rooms.infos[2].people == now


@pytest.mark.parametrize("how", ["a backup", "a tail that was lost"])
def test_an_epoch_goes_back_with_the_database_and_the_room_is_heard_on(
    server: Server, client: Client, how: str
) -> None:
    room = server.rooms[1]
    epoch, handle = room.epoch, room.handle
    server.signal(1)
    server.rotate(1)
    client.settle()
    server.signal(1)
    client.settle()
    assert len(seen(client, fx.Signalled)) == 2
    (server.restore if how == "a backup" else server.lose_tail)(0)
    room.epoch, room.handle = epoch, handle
    client.settle()
    client.disconnect()
    client.settle()
    client.seen.clear()
    event = server.post(1, "heard at once")
    server.signal(1)
    client.hear(9)
    assert [effect.events for effect in seen(client, fx.Applied)] == [(event,)]
    assert seen(client, fx.Signalled) == [fx.Signalled(1, (Typing(BOB, "bob", True),))]
    client.check_whole()
