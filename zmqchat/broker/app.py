"""Puts a broker together from its keys and addresses, and runs it until it is told to stop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zmq

from zmqchat.broker.admission import TOPICS_PER_CONNECTION, Admission, Listener
from zmqchat.broker.loop import BrokerLoop
from zmqchat.broker.subscriptions import Subscriptions
from zmqchat.runtime.gate import Gate
from zmqchat.runtime.inbox import Inbox
from zmqchat.runtime.intake import Intake, guard
from zmqchat.runtime.limits import connections_within, raise_open_files
from zmqchat.runtime.log import note, warn
from zmqchat.runtime.memory import keep_freed
from zmqchat.runtime.monitor import Monitor
from zmqchat.runtime.peers import place_of
from zmqchat.runtime.slots import Room, Slots, shared_out
from zmqchat.runtime.stop import StopRequest
from zmqchat.security import sockets, zap
from zmqchat.security.keys import BrokerKeys, ensure_broker_keys

log = logging.getLogger(__name__)

# A topic takes 16 bytes on the wire, and all of a connection's come at once. The loop takes
# subscriptions in the order in which they came: a connection does not get its turn here.
_TOPICS_AHEAD = TOPICS_PER_CONNECTION * 24

CONNECTIONS_PER_LISTENER = 64
"""Connections that one device may have here from one address: every program of it has one."""

_PUBLISHERS = Room(settled=32, spare=32)


@dataclass(frozen=True, slots=True)
class BrokerOptions:
    """How one broker runs.

    `data` is a realm's data directory or a broker-kit. Servers publish to `publish`, clients
    subscribe at `subscribe`, at most `listeners` connections (None: as many as there may be open
    files). `on_ready` is called once both addresses are served; `supervised` ends
    the broker when its stdin closes.
    """

    data: Path
    publish: str = "tcp://*:5556"
    subscribe: str = "tcp://*:5557"
    listeners: int | None = None
    supervised: bool = False
    on_ready: Callable[[], None] = lambda: None


def run(options: BrokerOptions) -> None:
    """Carries frames until SIGTERM, SIGINT or SIGHUP.

    ChatError where keys or addresses do not allow it.
    """
    keep_freed()
    most = connections_within(raise_open_files())
    keys = ensure_broker_keys(options.data)
    with ExitStack() as stack:
        stop = stack.enter_context(StopRequest(supervised=options.supervised))
        loop = _compose(stack, options, keys, most)
        options.on_ready()
        loop.run(stop)


def _compose(stack: ExitStack, options: BrokerOptions, keys: BrokerKeys, most: int) -> BrokerLoop:
    context = zmq.Context()
    stack.callback(context.destroy, linger=0)
    room = _room(most, options.listeners)
    admission = Admission()
    # Watched before they are bound, or the first to connect would not be known.
    xsub, xpub = sockets.broker_xsub(context, keys.broker), sockets.broker_xpub(context)
    monitors = Monitor(xsub), Monitor(xpub)
    for monitor in monitors:
        stack.callback(monitor.close)
    slots = Slots(room)
    publishing = Slots(_PUBLISHERS)
    handler = _handshakes(context, keys, admission, publishing, slots)
    stack.callback(handler.close)  # else the context would wait for it for ever
    publish, subscribe = sockets.bind(xsub, options.publish), sockets.bind(xpub, options.subscribe)
    ports = _port(publish), _port(subscribe)
    note(log, "broker started", publish=publish, subscribe=subscribe, listeners=room.settled)
    publishers = Gate("publish", monitors[0], ports[0], publishing)
    listeners = Gate("subscribe", monitors[1], ports[1], slots)
    topics = Intake("subscribe", listeners.open.copy, _TOPICS_AHEAD, _TOPICS_AHEAD)
    subscriptions = Subscriptions(xpub, admission, ports[1], guard.watch(topics), listeners)
    inbox = Inbox()
    stack.callback(inbox.close)
    return BrokerLoop(xsub, xpub, handler, publishers, listeners, admission, subscriptions, inbox)


def _room(connections: int, wanted: int | None) -> Room:
    """How many listeners there may be within so many connections; less than `wanted` is told."""
    room = shared_out(connections - _PUBLISHERS.most, CONNECTIONS_PER_LISTENER, wanted)
    if wanted is not None and room.settled < wanted:
        warn(
            log,
            "fewer listeners than --listeners says: raise the limit of open files (ulimit -n)",
            listeners=room.settled,
        )
    return room


def _handshakes(
    context: zmq.Context[Any],
    keys: BrokerKeys,
    admission: Admission,
    publishing: Slots,
    slots: Slots,
) -> zap.ZapHandler:
    """Who gets in: at XSUB the publisher's key, at XPUB a good token of a device that behaves."""
    listed = zap.listed_curve_keys([keys.publisher])
    token = zap.listening_token(keys.token, lambda: time.time_ns() // 1000)

    def publisher(request: zap.ZapRequest) -> str | None:
        key = listed(request)
        if key is not None:
            # It says nothing for long, and ZAP does not say which connection it is.
            publishing.trust(place_of(request.address))
        return key

    def listener(request: zap.ZapRequest) -> str | None:
        device = token(request)
        if device is None:
            return None
        who = Listener(device, place_of(request.address))
        barred = admission.is_barred(who, time.monotonic())
        return device if not barred and slots.has_room(who, known=True) else None

    handler = zap.ZapHandler(context)
    handler.register(sockets.PUBLISH_DOMAIN, publisher)
    handler.register(sockets.LISTEN_DOMAIN, listener)
    return handler


def _port(endpoint: str) -> int | None:
    return int(endpoint.rpartition(":")[2]) if endpoint.startswith("tcp:") else None
