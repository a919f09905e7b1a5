"""What the machine does about each thing that can happen, one at a time."""

from __future__ import annotations

import msgspec
import pytest

from tests.sync.model import ME, Client, Server
from tests.sync.seeing import asked, seen
from zmqchat.errors import Code
from zmqchat.protocol import topics
from zmqchat.protocol.frames import EpochEnded, EventsFrame, Nudge
from zmqchat.protocol.replies import Done, Fault, Reply
from zmqchat.protocol.requests import CatchUp, Chains, Heartbeat, Hello, Rooms
from zmqchat.sync import effects as fx


@pytest.fixture
def server() -> Server:
    server = Server()
    for number in range(3):
        server.post(1, f"before {number}")
    return server


def test_the_order_is_hello_subscribe_barrier_heads_live(server: Server) -> None:
    client = Client(server)
    client.settle()
    kinds = [
        type(e.request.body) if isinstance(e, fx.SendRequest) else type(e)
        for e in client.seen
        if not isinstance(e, fx.RoomOpened | fx.Complete | fx.AccountChanged)
    ]
    assert kinds[:4] == [fx.Dial, fx.StateChanged, Hello, fx.Listen]
    assert kinds[4:6] == [fx.Subscribe, fx.StateChanged]
    assert kinds.index(Heartbeat) > kinds.index(fx.Subscribe)
    states = [effect.state for effect in seen(client, fx.StateChanged)]
    assert states == [fx.State.CONNECTING, fx.State.CATCHING_UP, fx.State.LIVE]
    barrier = seen(client, fx.Subscribe)[0].topics[-1]
    assert topics.is_barrier(barrier)


def test_live_events_are_applied_as_they_come(server: Server, client: Client) -> None:
    event = server.post(1, "hello")
    client.hear()
    assert seen(client, fx.Applied) == [fx.Applied(1, (event,), 1, 2)]
    assert asked(client, CatchUp) == []


def test_a_lost_tail_is_found_by_the_next_heartbeat(server: Server, client: Client) -> None:
    event = server.post(1, "lost on the way")
    server.published.clear()
    client.settle()
    assert seen(client, fx.Applied) == [fx.Applied(1, (event,))]
    assert fx.Complete(1, 4) in client.seen


def test_a_room_is_complete_when_its_frame_comes_behind_its_head(
    server: Server, client: Client
) -> None:
    server.post(1, "slow on the way")
    for _ in range(20):  # until the heartbeat that tells of it, and no catch-up yet
        client.tick(0.5)
        if asked(client, Heartbeat):
            break
    client.serve()
    client.hear_replies()
    assert fx.Complete(1, 4) not in client.seen
    client.hear()
    assert asked(client, CatchUp) == []
    assert fx.Complete(1, 4) in client.seen


def test_a_hole_is_filled_by_one_catch_up_of_all_rooms(server: Server, client: Client) -> None:
    for room in (1, 2):
        server.post(room, "lost")
    server.published.clear()
    for room in (1, 2):
        server.post(room, "heard")
    client.hear(2)
    assert seen(client, fx.Applied) == []
    client.tick(1.0)
    (request,) = asked(client, CatchUp)
    assert sorted(span.room for span in request.spans) == [1, 2]
    client.settle()
    client.check_whole()


def test_a_forged_frame_is_reported_dropped_and_made_up_for(server: Server, client: Client) -> None:
    server.post(1, "genuine")
    handle, frame = server.published[0]
    assert isinstance(frame, EventsFrame)
    server.published[0] = (handle, msgspec.structs.replace(frame, signature=b"x" * 32))
    client.hear()
    assert [effect.room for effect in seen(client, fx.Forged)] == [1]
    assert seen(client, fx.Applied) == []
    client.settle()
    client.check_whole()


@pytest.mark.parametrize("changes", [{"sender": 7}, {"name": "mallory"}, {"device": 7}])
def test_an_altered_event_under_a_genuine_signature_is_reported_too(
    server: Server, client: Client, changes: dict[str, object]
) -> None:
    server.post(1, "first")
    server.post(1, "second")
    handle, frame = server.published[0]
    assert isinstance(frame, EventsFrame)
    bad = msgspec.structs.replace(frame.events[0], **changes)
    server.published[0] = (handle, msgspec.structs.replace(frame, events=[bad]))
    client.hear(2)
    client.settle()
    assert len(seen(client, fx.Forged)) == 1
    client.check_whole()


def test_a_frame_of_another_room_on_a_rooms_handle_is_forged(
    server: Server, client: Client
) -> None:
    server.post(2, "for room 2")
    _, frame = server.published.pop()
    server.broadcast(server.rooms[1].handle, frame)
    client.hear()
    assert [effect.room for effect in seen(client, fx.Forged)] == [1]


def test_a_repeated_barrier_is_a_doubt(server: Server, client: Client) -> None:
    server.post(1, "lost while the broker was away")
    client.broker_restarts()
    client.hear()
    assert client.machine.state is fx.State.CATCHING_UP
    client.tick(0.5)
    assert len(asked(client, Heartbeat)) == 1
    client.settle()
    client.check_whole()


def test_a_new_epoch_is_opened_before_the_old_one_is_left(server: Server, client: Client) -> None:
    old = server.rooms[1].handle
    server.rotate(1)
    client.hear()
    server.post(1, "in the new epoch")
    client.settle()
    client.check_whole()
    assert client.machine.key_for(old) is None
    assert fx.Unsubscribe((old,)) in client.seen
    live = server.post(1, "live in the new epoch")
    client.hear()
    assert seen(client, fx.Applied)[-1].events == (live,)


def test_an_unsigned_end_of_an_epoch_ends_nothing(server: Server, client: Client) -> None:
    room = server.rooms[1]
    ended = EpochEnded(1, room.epoch, 3, room.chain, b"forged")
    server.broadcast(room.handle, ended)
    client.hear()
    assert len(seen(client, fx.Forged)) == 1
    assert client.machine.key_for(room.handle) is not None


def test_an_epoch_whose_end_was_lost_shows_in_the_heads(server: Server, client: Client) -> None:
    server.rotate(1)
    server.published.clear()
    client.settle()
    assert client.machine.key_for(server.rooms[1].handle) is not None


@pytest.mark.parametrize("lineage", [False, True])
def test_a_server_that_went_back_is_noticed_and_said(
    server: Server, client: Client, lineage: bool
) -> None:
    for number in range(5):
        server.post(1, f"event {number}")
    client.settle()
    (server.restore if lineage else server.lose_tail)(2)
    server.post(1, "another sixth")
    client.disconnect()
    client.settle()
    assert fx.BranchSetAside(1, 6, 8) in client.seen
    client.check_whole()
    ((room, after, gone),) = client.store.branches
    assert (room, after, [event.seq for event in gone]) == (1, 6, [7, 8])
    assert seen(client, fx.Forged) == []


def test_another_event_of_the_same_seq_is_noticed_at_once(server: Server, client: Client) -> None:
    server.post(1, "fourth")
    client.settle()
    server.lose_tail(1)
    server.post(1, "another fourth")
    client.disconnect()
    client.settle()
    assert fx.BranchSetAside(1, 3, 4) in client.seen
    client.check_whole()


def test_an_event_that_the_server_lost_after_publishing_it_is_taken_back(
    server: Server, client: Client
) -> None:
    server.post(1, "published, and lost with the tail")
    late = list(server.published)
    server.lose_tail(1)
    client.disconnect()
    client.settle()
    server.published.extend(late)
    client.settle()
    assert fx.BranchSetAside(1, 3, 4) in client.seen
    client.check_whole()


def test_without_a_store_the_restart_is_at_what_is_known(server: Server, client: Client) -> None:
    for number in range(5):
        server.post(1, f"event {number}")
    client.settle()
    client.store.chain_at = lambda _room, _seq: None  # type: ignore[method-assign, assignment]
    server.restore(7)
    client.disconnect()
    client.settle()
    client.check_whole()
    assert seen(client, fx.BranchSetAside)


def test_a_server_that_went_back_behind_where_this_client_began_is_followed_from_there(
    server: Server,
) -> None:
    late = Client(server)  # begins at 3
    late.settle()
    server.lose_tail(2)
    late.disconnect()
    late.settle()
    aside = [(e.room, e.after) for e in seen(late, fx.BranchSetAside)]
    assert aside.count((1, 2)) == 1, "once, and below the place that is no longer common"
    late.seen.clear()
    late.disconnect()
    late.settle()
    server.post(1, "another second")
    late.settle()
    assert seen(late, fx.BranchSetAside) == []
    assert [e.seq for applied in seen(late, fx.Applied) for e in applied.events] == [2]


def test_a_broken_log_of_the_server_is_said_and_not_asked_for_again(
    server: Server, client: Client
) -> None:
    server.broken.add(1)
    server.post(1, "altered in the database")
    server.published.clear()
    for _ in range(200):
        client.serve(9)
        client.hear_replies(9)
        client.tick(0.1)
    assert [(e.room, e.seq) for e in seen(client, fx.LogBroken)] == [(1, 3)]
    assert len(asked(client, CatchUp)) == 1
    assert len(asked(client, Chains)) == 1


def test_who_is_kicked_loses_the_room_and_who_returns_has_it_whole(
    server: Server, client: Client
) -> None:
    server.kick(2)
    client.settle()
    assert fx.RoomClosed(2) in client.seen
    assert sorted(client.machine.rooms.infos) == [1]
    server.invite(2)
    client.settle()
    assert sorted(client.machine.rooms.infos) == [1, 2]
    client.check_whole()


def test_a_nudge_asks_at_once_and_a_replayed_one_does_not(client: Client) -> None:
    personal = topics.handle(1)
    client.run(client.machine.frames(client.now, [(personal, Nudge(5))]))
    client.serve()
    client.hear_replies()
    client.run(client.machine.frames(client.now, [(personal, Nudge(5)), (personal, Nudge(4))]))
    assert len(asked(client, Heartbeat)) == 1


def test_a_silent_server_is_dialled_again(client: Client) -> None:
    client.tick(6.0)
    assert asked(client, Heartbeat)
    client.tick(10.0)
    assert client.machine.state is fx.State.OFFLINE
    client.tick(1.0)
    assert seen(client, fx.Dial)


def test_who_does_not_want_to_wait_is_connected_at_once(server: Server, client: Client) -> None:
    for _ in range(6):
        client.disconnect()
        client.tick(6.0)
    client.disconnect()
    retry_at = client.machine.retry_at
    assert retry_at is not None
    assert retry_at > client.now
    client.run(client.machine.reconnect_now(client.now))
    assert client.machine.retry_at is None
    client.connect()
    client.settle()
    assert client.machine.state is fx.State.LIVE
    client.seen.clear()
    client.run(client.machine.reconnect_now(client.now))
    assert client.seen == []


def test_a_server_that_forgot_the_session_is_told_hello_again(
    server: Server, client: Client
) -> None:
    server.restart()
    client.post(1, "kept")
    client.settle()
    assert asked(client, Hello)
    client.check_sends(set())


def test_hello_is_refused_for_good(server: Server) -> None:
    client = Client(server)
    client.connect()
    hello = client.requests.pop()
    fault = Fault(Code.NAME_TAKEN, "It is somebody else's.")
    client.run(client.machine.reply(client.now, Reply(hello.id, error=fault)))
    assert client.seen[-2:] == [
        fx.Rejected(Code.NAME_TAKEN, "It is somebody else's."),
        fx.StateChanged(fx.State.OFFLINE),
    ]
    assert client.machine.wakeup() is None


def test_a_server_that_seals_otherwise_is_told_of_and_not_tried_again(server: Server) -> None:
    client = Client(server)
    client.connect()
    hello = client.requests.pop()
    welcome = msgspec.structs.replace(server._welcome(), suite="ROT13")
    client.run(client.machine.reply(client.now, Reply(hello.id, ok=welcome)))
    (rejected,) = seen(client, fx.Rejected)
    assert rejected.code == Code.UNSUPPORTED_VERSION
    assert "'ROT13'" in rejected.message
    assert client.machine.welcome is None
    assert client.machine.wakeup() is None


def test_hello_is_asked_again_when_the_server_is_busy(server: Server) -> None:
    client = Client(server)
    client.connect()
    hello = client.requests.pop()
    fault = Fault(Code.RATE_LIMITED, "slowly", 4.0)
    client.run(client.machine.reply(client.now, Reply(hello.id, error=fault)))
    client.tick(1.9)
    assert len(seen(client, fx.Dial)) == 1
    client.settle()


def test_an_answer_to_another_question_ends_the_connection(client: Client) -> None:
    client.tick(6.0)
    request = client.requests.pop()
    client.run(client.machine.reply(client.now, Reply(request.id, ok=Done())))
    assert client.machine.state is fx.State.OFFLINE
    client.settle()


def test_calls_survive_a_broken_connection_and_are_answered_once(client: Client) -> None:
    client.run(client.machine.call(client.now, "key", Rooms()))
    client.disconnect()
    client.settle()
    answers = seen(client, fx.Answered)
    assert [answer.key for answer in answers] == ["key"]
    client.run(client.machine.call(client.now, "other", Rooms()))
    client.machine.cancel("other")
    client.settle()
    assert len(seen(client, fx.Answered)) == 1


def test_a_refused_token_brings_a_fresh_one_and_a_new_sub(client: Client) -> None:
    client.run(client.machine.token_refused(client.now))
    client.settle()
    assert asked(client, Hello)
    assert seen(client, fx.Listen)


def test_a_broker_that_does_not_answer_is_left_while_catch_up_goes_on(
    server: Server, client: Client
) -> None:
    client.disconnect()
    server.post(1, "missed")
    client.connect()
    for _ in range(300):
        client.connect()
        client.serve(9)
        client.hear_replies(9)
        client.tick(0.1)
        server.published.clear()
    assert len(seen(client, fx.Listen)) >= 1
    assert seen(client, fx.Applied)
    assert client.machine.state is fx.State.CATCHING_UP


def test_heartbeats_come_regularly_and_one_at_a_time(client: Client) -> None:
    for _ in range(40):
        client.tick(0.5)
    assert len(asked(client, Heartbeat)) == 1 or seen(client, fx.Dial)
    client.settle()
    client.seen.clear()
    for _ in range(60):
        client.tick(0.5)
        client.serve()
        client.hear_replies()
    assert 5 <= len(asked(client, Heartbeat)) <= 9


def test_goodbye_is_said_and_nothing_follows(client: Client) -> None:
    client.run(client.machine.stop(client.now))
    assert [type(r.body).__name__ for r in client.requests] == ["Bye"]
    assert client.machine.wakeup() is None
    assert client.machine.state is fx.State.OFFLINE


def test_own_sends_are_heard_of_although_the_broker_lost_them(
    server: Server, client: Client
) -> None:
    client.post(1, "mine")
    client.serve()
    server.published.clear()
    client.hear_replies()
    assert seen(client, fx.Acknowledged)[0].seq == 4
    client.settle()
    client.check_whole()
    assert server.rooms[1].log[-1].sender == ME


def test_rooms_that_a_welcome_had_no_place_for_are_opened_and_heard_on(server: Server) -> None:
    server.welcomed = 1
    client = Client(server)
    client.settle()
    assert client.machine.rooms.infos.keys() == {1, 2}
    server.post(2, "heard")
    client.hear()
    client.seen.clear()
    client.disconnect()
    client.settle()
    assert seen(client, fx.RoomClosed) == []
    server.rotate(2)
    client.settle()
    event = server.post(2, "heard again")
    client.hear(9)
    assert seen(client, fx.Applied)[-1].events == (event,)
    server.kick(2)
    client.disconnect()
    client.settle()
    assert seen(client, fx.RoomClosed) == [fx.RoomClosed(2)]
    client.check_whole()
