"""Signals, the account's version, the personal topic, presence: what may be lost, and what not."""

from __future__ import annotations

from typing import TypeVar

import msgspec
import pytest

from tests.sync.model import Client, Server
from zmqchat.errors import Code
from zmqchat.protocol.events import Archived, Body, Described, PersonRenamed, Renamed
from zmqchat.protocol.frames import Nudge, Signals
from zmqchat.protocol.people import Presence
from zmqchat.protocol.replies import Fault, Reply
from zmqchat.protocol.requests import Heartbeat, Hello, SetPresence
from zmqchat.protocol.signals import Typing
from zmqchat.sync import effects as fx
from zmqchat.sync.context import Context
from zmqchat.sync.session import Identity, Session

E = TypeVar("E")


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def client(server: Server) -> Client:
    client = Client(server)
    client.settle()
    client.seen.clear()
    return client


def seen(client: Client, kind: type[E]) -> list[E]:
    return [effect for effect in client.seen if isinstance(effect, kind)]


def asked(client: Client, kind: type[E]) -> list[E]:
    bodies = [effect.request.body for effect in seen(client, fx.SendRequest)]
    return [body for body in bodies if isinstance(body, kind)]


def test_a_signal_is_told_once_and_a_replay_of_it_never(server: Server, client: Client) -> None:
    first = server.signal(1)
    handle = server.rooms[1].handle
    client.hear()
    server.signal(1)
    server.broadcast(handle, first)
    client.hear(9)
    assert seen(client, fx.Signalled) == [fx.Signalled(1, (Typing("bob", True),))] * 2
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
    frame = Signals(1, server.rooms[1].epoch, 10**9, [Typing("mallory", True)])
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
    session.welcomed(Server()._welcome())
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
    server.commit(1, [("bob", body, b"i" * 16)])
    client.hear()
    assert getattr(client.machine.rooms.infos[1], field) == value
    assert [getattr(e.info, field) for e in seen(client, fx.RoomChanged)] == [value]


def test_ones_own_new_name_is_known_from_the_log(server: Server, client: Client) -> None:
    server.commit(1, [("bob", PersonRenamed("alice", "alicia"), b"i" * 16)])
    client.hear()
    welcome = client.machine.welcome
    assert welcome is not None
    assert welcome.name == "alicia"
