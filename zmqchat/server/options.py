"""Everything that a server can be told at start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from zmqchat.domain.limits import ALLOWANCE, Allowance
from zmqchat.domain.quotas import DEFAULT, Quotas
from zmqchat.domain.state import Registration
from zmqchat.storage import Durability


@dataclass(frozen=True, slots=True)
class BrokerAddress:
    """A broker: where servers publish to, and where clients are told to subscribe.

    A host of `*` in `subscribe` stands for the host that a client dialled.
    """

    publish: str
    subscribe: str


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How one server runs. Ports are TCP; `heartbeat_s` is what clients are asked for, seconds.

    `database` is a SQLAlchemy URL, or None for SQLite in the data directory; `metrics_port`
    serves Prometheus on 127.0.0.1; `on_ready` is called once, when requests are answered and
    the first broker hears this server.
    """

    data: Path
    host: str = "0.0.0.0"  # noqa: S104 - a team's machines must reach it; CURVE is always on
    port: int = 5555
    advertise: str | None = None
    brokers: tuple[BrokerAddress, ...] = (BrokerAddress("tcp://127.0.0.1:5556", "tcp://*:5557"),)
    database: str | None = None
    durability: Durability = Durability.FULL
    registration: Registration = Registration.LINK
    quotas: Quotas = DEFAULT
    metrics_port: int | None = None
    log_format: str = "text"
    heartbeat_s: float = 5.0
    allowance: Allowance = ALLOWANCE
    supervised: bool = False
    on_ready: Callable[[], None] = lambda: None
