"""The lean client finds out by itself what no frame brought, also when nothing comes after it."""

from __future__ import annotations

from collections.abc import Callable

import zmq

from perf.plan import ClientPlan, Stream, WorkerPlan
from perf.systems.zmqchat import Zmqchat
from perf.traffic import collect
from perf.worker import Loop
from tests.support.waiting import eventually
from zmqchat.protocol.replies import OpenedRooms
from zmqchat.protocol.requests import OpenRooms


def test_a_lost_tail_is_fetched_after_a_heartbeat() -> None:
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    with Zmqchat(heartbeat_s=0.2) as realm:
        (room,) = realm.rooms(1)
        receiver = ClientPlan(1, (), (room,))
        client = realm.link().client(context, receiver, WorkerPlan((receiver,), {room: 5}))
        loop = Loop([client])

        def served(done: Callable[[], bool]) -> bool:
            loop.watch([client])
            loop.turn(20)
            return done()

        eventually(lambda: served(lambda: client.ready))
        conductor, _ = realm.conductor()
        (info,) = conductor.answer(OpenRooms([room]), OpenedRooms).rooms
        conductor.close()
        client.sockets[0].unsubscribe(info.handle)  # from here on it hears nothing
        collect([WorkerPlan((ClientPlan(0, (Stream(room, 5, 60, 60),)),), {room: 5})], realm)
        eventually(lambda: served(lambda: client.tally.complete))
        client.close()
    context.destroy(linger=0)
    assert client.tally.problems == []
    assert client.caught_up == 5
