"""`zmqchat broker` and `zmqchat server`: one process each, as `zmqchat up` runs them too."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from zmqchat.cli.addresses import endpoint, is_address
from zmqchat.cli.options import (
    NAMES_BY_LINK,
    PERSON_QUOTA_MIB,
    PERSON_RATE_KIB,
    ROOMS_BY_LINK,
    AdvertiseOption,
    Commit,
    DatabaseOption,
    DataOption,
    DurabilityOption,
    HeartbeatOption,
    HostOption,
    ListenersOption,
    LogFormat,
    LogOption,
    MetricsOption,
    NamesByLinkOption,
    QuotaOption,
    RateOption,
    RegistrationOption,
    RoomsByLinkOption,
    SupervisedOption,
    WhoMayJoin,
)
from zmqchat.cli.output import announcer
from zmqchat.cli.places import realm_directory
from zmqchat.errors import UsageError
from zmqchat.runtime.log import configure

if TYPE_CHECKING:
    from zmqchat.server.options import BrokerAddress

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


def broker(
    data: DataOption = None,
    publish: Annotated[
        str,
        typer.Option(
            "--publish", metavar="URL", callback=endpoint, help="Where servers publish to."
        ),
    ] = "tcp://*:5556",
    subscribe: Annotated[
        str,
        typer.Option(
            "--subscribe", metavar="URL", callback=endpoint, help="Where clients subscribe."
        ),
    ] = "tcp://*:5557",
    listeners: ListenersOption = None,
    log_format: LogOption = LogFormat.TEXT,
    supervised: SupervisedOption = False,
) -> None:
    """Run a broker: it carries sealed events to clients."""
    configure(log_format.value)
    from zmqchat.broker.app import BrokerOptions, run

    run(
        BrokerOptions(
            data=realm_directory(data),
            publish=publish,
            subscribe=subscribe,
            listeners=listeners,
            supervised=supervised,
            on_ready=partial(announcer(), "ready"),
        )
    )


def server(
    data: DataOption = None,
    host: HostOption = "0.0.0.0",  # noqa: S104 - a team's machines must reach it
    port: Annotated[
        int, typer.Option("--port", metavar="P", min=1, max=65535, help="Port for requests.")
    ] = 5555,
    advertise: AdvertiseOption = None,
    broker: Annotated[
        list[str] | None,
        typer.Option(
            "--broker",
            metavar="URL[,URL]",
            show_default="port P+1 of this machine",
            help="A broker's publish address; after a comma the address that clients subscribe "
            "at, without it the next port. Repeatable.",
        ),
    ] = None,
    database: DatabaseOption = None,
    durability: DurabilityOption = Commit.FULL,
    registration: RegistrationOption = WhoMayJoin.LINK,
    names_by_link: NamesByLinkOption = NAMES_BY_LINK,
    rooms_by_link: RoomsByLinkOption = ROOMS_BY_LINK,
    metrics: MetricsOption = None,
    heartbeat: HeartbeatOption = 5.0,
    person_rate: RateOption = PERSON_RATE_KIB,
    person_quota: QuotaOption = PERSON_QUOTA_MIB,
    log_format: LogOption = LogFormat.TEXT,
    supervised: SupervisedOption = False,
) -> None:
    """Run a server: it commits, acknowledges and publishes."""
    configure(log_format.value)
    from zmqchat.domain.limits import Allowance
    from zmqchat.domain.quotas import Quotas
    from zmqchat.domain.state import Registration
    from zmqchat.server.app import run
    from zmqchat.server.options import ServerOptions
    from zmqchat.storage import Durability

    run(
        ServerOptions(
            data=realm_directory(data),
            host=host,
            port=port,
            advertise=advertise,
            brokers=tuple(map(broker_address, broker or [f"tcp://127.0.0.1:{port + 1}"])),
            database=database,
            durability=Durability(durability.value),
            registration=Registration(registration.value),
            quotas=Quotas(names_by_link, rooms_by_link),
            metrics_port=metrics,
            log_format=log_format.value,
            heartbeat_s=heartbeat,
            allowance=Allowance(person_rate * 1024, person_quota * 1024 * 1024),
            supervised=supervised,
            on_ready=partial(announcer(), "ready"),
        )
    )


def broker_address(text: str) -> BrokerAddress:
    """What `--broker` says: `PUBLISH_URL`, or `PUBLISH_URL,SUBSCRIBE_URL`.

    Without the second, clients subscribe at the next port of the same host; for a broker on the
    server's own machine that is the host that a client dialled (`*`).
    """
    from zmqchat.server.options import BrokerAddress

    publish, comma, subscribe = text.partition(",")
    if comma:
        if not publish.startswith("ipc://"):
            _checked(publish, anywhere=False)
        return BrokerAddress(publish, _checked(subscribe))
    host, _, port = _checked(publish, anywhere=False).removeprefix("tcp://").rpartition(":")
    heard_at = "*" if host in _LOOPBACK else host
    return BrokerAddress(publish, _checked(f"tcp://{heard_at}:{int(port) + 1}"))


def _checked(url: str, *, anywhere: bool = True) -> str:
    if not is_address(url, anywhere=anywhere):
        raise UsageError(f"--broker: {url!r} is no address like tcp://HOST:PORT")
    return url
