"""Puts a server together, runs it, and takes it apart in the order that loses nothing."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import zmq

from zmqchat.protocol.limits import KEY_BYTES
from zmqchat.runtime.gate import Gate
from zmqchat.runtime.inbox import Inbox
from zmqchat.runtime.limits import connections_within, raise_open_files
from zmqchat.runtime.log import note
from zmqchat.runtime.memory import keep_freed, survivors_left_alone
from zmqchat.runtime.monitor import Monitor
from zmqchat.runtime.peers import hang_up
from zmqchat.runtime.slots import Slots, shared_out
from zmqchat.runtime.stop import StopRequest
from zmqchat.search.searcher import Searcher
from zmqchat.security import sockets
from zmqchat.security.keys import RealmKeys, ensure_realm_keys, keep_realm_id
from zmqchat.security.links import bracketed
from zmqchat.security.signing import Signer
from zmqchat.security.zap import ZapHandler, any_curve_key
from zmqchat.server import address, founding
from zmqchat.server.committer import Committer
from zmqchat.server.dispatcher import Dispatcher
from zmqchat.server.entry import SESSIONS_PER_USER
from zmqchat.server.errands import MOST_LOOKUPS, MOST_PASSWORDS, MOST_PASSWORDS_EACH, Errands
from zmqchat.server.jobs import Outcome, Renew
from zmqchat.server.loop import Loop, Wire
from zmqchat.server.metrics import Metrics
from zmqchat.server.options import ServerOptions
from zmqchat.server.outgoing import Outgoing, acknowledged
from zmqchat.server.parts import Parts
from zmqchat.server.publisher import Publisher
from zmqchat.server.realm import open_state, written_values
from zmqchat.server.recency import Recency
from zmqchat.server.rotation import Rotation
from zmqchat.server.service import Service
from zmqchat.server.welcome import Facts
from zmqchat.server.workers import Workers
from zmqchat.storage import Store, open_store
from zmqchat.storage.backup import SERVERS_OWN

log = logging.getLogger(__name__)

DATABASE = SERVERS_OWN
SEARCH_INDEX = "search.db"
"""Derived from the database; when it is missing or does not fit, it is made anew."""

_SWITCH_S = 0.0005
"""The interpreter's switch interval, seconds: at the default of 5 ms, two busy reader threads
raised a request's p50 from 1.1 to 13.9 ms; at this, to 2.4."""

_SILENT_HEARTBEATS = 4
_SILENCE_MIN_S = 15.0


def clock_us() -> int:
    """Microseconds since the epoch, UTC."""
    return time.time_ns() // 1000


def database_of(data: Path, url: str | None) -> str:
    """The database that a data directory's server uses."""
    return url or str(data / DATABASE)


def run(options: ServerOptions) -> None:
    """Serves until SIGTERM, SIGINT or SIGHUP, then drains. ChatError where it cannot start."""
    keep_freed()
    keys = ensure_realm_keys(options.data)
    founding.check(options.data, database_of(options.data, options.database))
    with ExitStack() as stack:
        store = stack.enter_context(_opened(options))
        stop = stack.enter_context(StopRequest(supervised=options.supervised))
        server = Server(options, keys, store, stop, stack)
        stack.enter_context(survivors_left_alone())
        server.run()


class Server:
    """One server's parts. `stack` takes back what was opened; `stop` says when to end."""

    def __init__(
        self,
        options: ServerOptions,
        keys: RealmKeys,
        store: Store,
        stop: StopRequest,
        stack: ExitStack,
    ) -> None:
        self._options = options
        self._ready = False
        self._metrics = Metrics()
        self._personal = secrets.token_bytes(KEY_BYTES)
        self._state = open_state(store, clock_us())
        keep_realm_id(options.data, self._state.realm.id)
        self._inbox = Inbox()
        stack.callback(self._inbox.close)
        context = zmq.Context()
        stack.callback(context.destroy, linger=1000)
        zap = ZapHandler(context)
        stack.callback(zap.close)  # else the context would wait for it for ever
        zap.register(sockets.REQUEST_DOMAIN, any_curve_key)
        router = sockets.request_router(context, keys.realm)
        monitor = Monitor(router)
        stack.callback(monitor.close)
        endpoint = sockets.bind(router, sockets.listening_at(options.host, options.port))
        self._port = urlsplit(endpoint).port or options.port
        connections = connections_within(raise_open_files())
        self._gate = Gate(
            "requests", monitor, self._port, Slots(shared_out(connections, SESSIONS_PER_USER))
        )
        xpub = sockets.publish_xpub(context, keys.publisher, keys.broker.public)
        for broker in options.brokers:
            sockets.connect(xpub, broker.publish)
        if options.metrics_port is not None:
            stack.callback(self._metrics.serve(options.metrics_port))
        wire = Wire(router, xpub, self._metrics)
        self._publisher = self._make_publisher(keys, wire)
        self._committer = Committer(
            self._state,
            store.writer,
            lambda: written_values(store),
            options.registration,
            clock_us,
            lambda outcome: self._inbox.put(lambda: self._returned(outcome)),
            options.quotas,
        )
        self._dispatcher = Dispatcher(self._committer, self._committed)
        outgoing = Outgoing(acknowledged)
        self._workers = Workers(
            lambda ready: self._inbox.put(lambda: self._loop.hand_out(ready)), outgoing.is_behind
        )
        self._searcher = Searcher(
            database_of(options.data, options.database),
            options.data / SEARCH_INDEX,
            options.log_format,
        )
        stack.callback(self._searcher.stop)
        self._searches = Workers(
            lambda ready: self._inbox.put(lambda: self._loop.hand_out(ready)),
            outgoing.is_behind,
            "searcher",
            threads=1,
            used_s=time.monotonic,  # it waits for the search process
        )
        self._passwords = Errands("passwords", MOST_PASSWORDS, MOST_PASSWORDS_EACH, self._inbox.put)
        self._lookups = Errands("lookups", MOST_LOOKUPS, MOST_LOOKUPS, self._inbox.put)
        self._service = self._make_service(keys, store, wire)
        self._loop = Loop(
            router,
            xpub,
            zap,
            self._gate,
            self._inbox,
            wire,
            outgoing,
            self._state,
            self._service,
            self._publisher,
            max(_SILENCE_MIN_S, _SILENT_HEARTBEATS * options.heartbeat_s),
            self._broker_hears,
            Rotation(self._state, self._dispatcher.submit, clock_us),
            self._dispatcher.flush,
            stop,
            self._port,
        )

    def run(self) -> None:
        """Serves until stopped; then what was accepted is committed, acknowledged and published."""
        address.write(self._options.data, self._options.advertise or self._options.host, self._port)
        self._committer.start()
        self._searcher.start()
        note(log, "server started", port=self._port, rooms=len(self._state.rooms))
        try:
            self._loop.run()
        finally:  # also when the loop failed: the store is closed after the last commit only
            self._searcher.stop()
            self._searches.stop()
            self._workers.stop()
            self._passwords.stop()
            self._lookups.stop()
            self._inbox.drain()  # what they found out is committed with the rest
            self._loop.finish()
            self._dispatcher.flush()
            self._committer.stop()
        self._inbox.drain()
        self._publisher.flush(float("inf"))
        note(log, "server stopped")

    def _make_publisher(self, keys: RealmKeys, wire: Wire) -> Publisher:
        return Publisher(
            self._state.realm.id,
            Signer(keys.signing),
            wire.publish,
            lambda room: min(self._state.audience(room), len(self._service.sessions)),
            clock_us,
            self._metrics.published,
            self._personal,
            lambda user: self._dispatcher.submit(Renew(user)),
        )

    def _make_service(self, keys: RealmKeys, store: Store, wire: Wire) -> Service:
        facts = Facts(
            Signer(keys.signing).public,
            self._options.heartbeat_s,
            tuple(self._subscribe_addresses()),
            keys.token,
            self._personal,
        )
        return Service(
            Parts(
                self._state,
                facts,
                keys.join,
                keys.operator.public.hex(),
                store,
                self._workers,
                self._publisher,
                Recency(secrets.token_bytes(8)),
                self._metrics,
                self._dispatcher.submit,
                wire.respond,
                clock_us,
                secrets.token_bytes,
                self._searcher,
                self._searches,
                self._passwords,
                self._lookups,
                self._gate.slots,
                lambda fd, address: hang_up(fd, self._port, address),
                self._options.allowance,
            )
        )

    def _subscribe_addresses(self) -> Iterator[str]:
        """Where clients subscribe: at the host they dialled, unless another is advertised."""
        for broker in self._options.brokers:
            host = bracketed(self._options.advertise) if self._options.advertise else "*"
            yield broker.subscribe.replace("//*:", f"//{host}:")

    def _returned(self, outcome: Outcome) -> None:
        self._dispatcher.returned(outcome)
        self._committed(outcome)

    def _committed(self, outcome: Outcome) -> None:
        self._service.committed(outcome, time.monotonic())

    def _broker_hears(self) -> None:
        if not self._ready:
            self._ready = True
            note(log, "server ready")
            self._options.on_ready()


@contextmanager
def _opened(options: ServerOptions) -> Iterator[Store]:
    store = open_store(database_of(options.data, options.database), options.durability)
    try:
        yield store
    finally:
        store.close()
