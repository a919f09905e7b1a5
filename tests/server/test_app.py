"""A server as a process with real sockets: it starts, serves, drains, and says why it cannot."""

from __future__ import annotations

import json
import signal
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.domain.realms import says, send_id
from tests.server.running import Client, Listener, RunningServer
from tests.support.ports import free_port
from tests.support.waiting import eventually
from zmqchat.domain.rooms import GENERAL_ID
from zmqchat.errors import Code
from zmqchat.protocol import codec
from zmqchat.protocol import requests as ask
from zmqchat.protocol.frames import EventsFrame, statement
from zmqchat.protocol.limits import SUITE
from zmqchat.protocol.replies import (
    Accepted,
    Beat,
    CaughtUpAll,
    ChainsAt,
    Done,
    Messages,
    RoomCreated,
    Sent,
    Welcome,
)
from zmqchat.protocol.rooms import RoomInfo
from zmqchat.security.keys import KeyPair, ensure_realm_keys
from zmqchat.security.sealing import open_sealed
from zmqchat.security.signing import Verifier


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """A started server that no broker hears."""
    with RunningServer(tmp_path / "data") as running:
        yield running.started()


def _messages(count: int) -> list[ask.SendItem]:
    return [says(GENERAL_ID, f"message {number}") for number in range(count)]


def _everything(client: Client, after: int = 0) -> list[int]:
    """The seqs of all events, caught up in as many requests as it takes."""
    seqs: list[int] = []
    while True:
        body = ask.CatchUp([ask.Span(GENERAL_ID, after + len(seqs), b"", 10_000)])
        (span,) = client.get(CaughtUpAll, body).spans
        assert not span.diverged
        seqs += [event.seq for event in span.events]
        if after + len(seqs) == span.head.seq:
            return seqs


def test_hello_send_catch_up_history_heartbeat(server: RunningServer) -> None:
    address = json.loads((server.data / "address.json").read_text())
    assert address == {"host": "127.0.0.1", "port": server.port}
    with Client(server) as alice:
        welcome = alice.hello("alice")
        assert [room.name for room in welcome.rooms] == ["general"]
        items = _messages(3)
        sent = alice.get(Sent, ask.Send(items)).results
        assert [type(r) for r in sent] == [Accepted] * 3
        assert alice.get(Sent, ask.Send(items)).results == sent
        span = ask.Span(GENERAL_ID, 1, b"", 100)
        (caught,) = alice.get(CaughtUpAll, ask.CatchUp([span])).spans
        assert [event.id for event in caught.events] == [item.id for item in items]
        chains = alice.get(ChainsAt, ask.Chains(GENERAL_ID, [1, 4, 5])).chains
        assert chains == [caught.chain, caught.head.chain, b""]
        page = alice.get(Messages, ask.History(GENERAL_ID, limit=2))
        assert [m.event.seq for m in page.messages] == [3, 4]
        assert page.more
        beat = alice.get(Beat, ask.Heartbeat(welcome.cursor))
        assert beat.heads == [caught.head]
        room = alice.get(RoomCreated, ask.CreateRoom(send_id(), "dev", True)).room
        assert (room.name, room.seq) == ("dev", 1)
        alice.get(Done, ask.Bye())
        assert alice.refused(ask.Rooms()).code == Code.NO_SESSION


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 2**64 - 1, -1, -(2**63)])
def test_a_number_that_no_database_holds_is_no_trouble(server: RunningServer, number: int) -> None:
    with Client(server) as alice:
        alice.hello("alice")
        span = ask.Span(GENERAL_ID, number, b"", number)
        assert alice.get(CaughtUpAll, ask.CatchUp([span])).spans[0].diverged
        assert alice.get(ChainsAt, ask.Chains(GENERAL_ID, [number])).chains == [b""]
        assert alice.get(Messages, ask.History(GENERAL_ID, number, number)).messages == []
        assert alice.refused(ask.History(number)).code == Code.NOT_FOUND
    assert "Traceback" not in server.log


def test_a_name_is_kept_for_its_key_over_a_restart(tmp_path: Path) -> None:
    key = KeyPair.generate()
    data = tmp_path / "data"
    with RunningServer(data) as server, Client(server.started(), key) as alice:
        first = alice.hello("alice")
        accepted = alice.get(Sent, ask.Send(_messages(5))).results
        assert server.stop(signal.SIGKILL) == -9
    with RunningServer(data) as server, Client(server.started(), key) as alice:
        welcome = alice.hello("alice", token="")
        assert (welcome.user, welcome.device) == (first.user, first.device)
        assert (welcome.realm, welcome.lineage) == (first.realm, first.lineage)
        assert welcome.rooms[0].seq == 1 + len(accepted)
        with Client(server) as thief:
            assert thief.refused(ask.Hello([1], "alice", "t", server.keys.join)).code == (
                Code.NAME_TAKEN
            )
            assert thief.refused(ask.Hello([1], "bob", "t", "")).code == Code.REGISTRATION_CLOSED
            assert thief.refused(ask.Hello([7], "bob", "t")).code == Code.UNSUPPORTED_VERSION


def test_a_personal_key_is_of_one_run_and_is_on_no_disk(tmp_path: Path) -> None:
    key, data = KeyPair.generate(), tmp_path / "data"
    told = []
    for _ in range(2):
        with RunningServer(data) as server, Client(server, key) as alice:
            welcome = alice.hello("alice")
            assert welcome.suite == SUITE
            told.append(welcome)
            beat = alice.get(Beat, ask.Heartbeat())
            assert beat.personal == welcome.personal
            assert server.stop() == 0
        assert not any(welcome.personal.key in path.read_bytes() for path in data.glob("*.db*"))
    before, after = told
    assert before.personal.handle == after.personal.handle
    assert before.personal.key != after.personal.key
    assert before.rooms[0].key == after.rooms[0].key  # an epoch goes on; what it sealed is counted


def test_sigterm_drains_what_was_accepted(tmp_path: Path) -> None:
    key = KeyPair.generate()
    data = tmp_path / "data"
    with RunningServer(data) as server, Client(server.started(), key) as alice:
        alice.hello("alice")
        for _ in range(40):
            alice.send(ask.Send(_messages(100)))
        first = alice.receive()  # the server is in the middle of it
        assert server.stop() == 0
        acknowledged = [first]
        while alice.socket.poll(500):
            acknowledged.append(codec.decode_reply(alice.socket.recv()))
        seqs = [
            result.seq
            for reply in acknowledged
            if isinstance(reply.ok, Sent)
            for result in reply.ok.results
            if isinstance(result, Accepted)
        ]
    assert "server stopped" in server.log
    assert "Traceback" not in server.log
    with RunningServer(data) as server, Client(server.started(), key) as alice:
        alice.hello("alice")
        # Not one more and not one less is on disk than was acknowledged.
        assert _everything(alice, after=1) == sorted(seqs)


def test_what_is_committed_is_published_sealed_and_signed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with (
        Listener(ensure_realm_keys(data)) as broker,
        RunningServer(data, broker=broker.address) as server,
        Client(server) as alice,
    ):
        server.expect("ready")
        welcome = alice.hello("alice")
        alice.get(Sent, ask.Send(_messages(20)))
        general = welcome.rooms[0]
        eventually(lambda: len(_events(broker, general)) == 2)  # her own arrival is the first
        assert all(b"message" not in part for frame in broker.frames for part in frame)
        frame = _events(broker, general)[-1]
        assert [event.seq for event in frame.events] == list(range(2, 22))
        signed = statement(
            "events", welcome.realm, welcome.lineage, general.room, 1, 21, frame.events[-1].chain
        )
        assert Verifier(welcome.signing_key).verify(signed, frame.signature)
        assert server.stop() == 0


def _events(broker: Listener, room: RoomInfo) -> list[EventsFrame]:
    """What was published of a room's log, without the signals that come in between."""
    frames = [
        codec.decode_frame(open_sealed(room.key, handle, sealed))
        for handle, sealed in broker.frames
        if handle == room.handle
    ]
    return [frame for frame in frames if isinstance(frame, EventsFrame)]


def _failure(server: RunningServer) -> str:
    """The one line that a server which cannot start leaves; it is no traceback."""
    assert server.wait() == 1
    lines = [line for line in server.errors if " INFO " not in line]
    assert len(lines) == 1, lines
    return lines[0]


def test_a_port_in_use_is_told(server: RunningServer, tmp_path: Path) -> None:
    with RunningServer(tmp_path / "other", port=server.port) as second:
        line = _failure(second)
    assert line.startswith("port-in-use")
    assert str(server.port) in line


def test_a_data_directory_in_use_is_told_and_its_server_goes_on(server: RunningServer) -> None:
    with RunningServer(server.data) as second:
        assert _failure(second).startswith("data-directory")
    with Client(server) as alice:
        assert alice.hello("alice").name == "alice"


def test_a_metrics_port_in_use_is_told(server: RunningServer, tmp_path: Path) -> None:
    with RunningServer(tmp_path / "other", metrics=server.port) as second:
        line = _failure(second)
    assert line.startswith("port-in-use")
    assert "--metrics" in line


def _metric(port: int, name: str) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as page:
        lines = page.read().decode().splitlines()
    return next(float(line.split()[-1]) for line in lines if line.startswith(f"{name} "))


def test_metrics_count_what_happens(tmp_path: Path) -> None:
    port = free_port()
    with RunningServer(tmp_path / "data", metrics=port) as server, Client(server) as alice:
        alice.hello("alice")
        alice.get(Sent, ask.Send(_messages(7)))
        alice.socket.send(b"garbage")
        assert codec.decode_reply(alice.socket.recv()).error is not None
        assert _metric(port, "zmqchat_sends_accepted_total") == 7
        assert _metric(port, "zmqchat_sessions") == 1
        assert _metric(port, "zmqchat_bad_requests_total") == 1
        assert server.stop() == 0


def test_a_dead_client_is_noticed_long_before_its_silence(server: RunningServer) -> None:
    with Client(server) as alice, Client(server) as bob:
        alice.hello("alice")
        bob.hello("bob")
        bob.close()
        # Its heartbeats would be missed only after 20 s.
        eventually(lambda: "session closed user=bob why=disconnected" in server.log, 10)
        assert isinstance(alice.ask(ask.Heartbeat()).ok, Beat)
    eventually(lambda: "session closed user=alice" in server.log, 10)


def test_one_device_may_have_several_sessions(server: RunningServer) -> None:
    key = KeyPair.generate()
    with Client(server, key) as one, Client(server, key) as two:
        assert isinstance(one.hello("alice"), Welcome)
        assert isinstance(two.hello("alice"), Welcome)
        one.close()
        eventually(lambda: "session closed user=alice" in server.log, 10)
        assert isinstance(two.ask(ask.Heartbeat()).ok, Beat)
