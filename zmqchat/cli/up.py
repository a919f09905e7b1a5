"""`zmqchat up`: a whole realm under one command, broker and server as supervised children."""

from __future__ import annotations

import asyncio
import errno
import socket
from pathlib import Path
from typing import Annotated, Any

import typer

from zmqchat.cli.link import join_link
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
    WhoMayJoin,
)
from zmqchat.cli.output import announcer
from zmqchat.cli.places import realm_directory
from zmqchat.cli.supervisor import NeverReady, Program, supervise
from zmqchat.errors import Code, Unavailable, UsageError
from zmqchat.runtime import interpreter
from zmqchat.runtime.log import configure, relay

_PORTS = 3  # requests, publish, subscribe


def up(
    data: DataOption = None,
    host: HostOption = "0.0.0.0",  # noqa: S104 - a team's machines must reach it
    port: Annotated[
        int,
        typer.Option(
            "--port", metavar="P", min=0, max=65533, help="P, P+1 and P+2 are used; 0: free ones."
        ),
    ] = 5555,
    advertise: AdvertiseOption = None,
    database: DatabaseOption = None,
    durability: DurabilityOption = Commit.FULL,
    registration: RegistrationOption = WhoMayJoin.LINK,
    names_by_link: NamesByLinkOption = NAMES_BY_LINK,
    rooms_by_link: RoomsByLinkOption = ROOMS_BY_LINK,
    metrics: MetricsOption = None,
    heartbeat: HeartbeatOption = 5.0,
    listeners: ListenersOption = None,
    person_rate: RateOption = PERSON_RATE_KIB,
    person_quota: QuotaOption = PERSON_QUOTA_MIB,
    log_format: LogOption = LogFormat.TEXT,
) -> None:
    """Start a realm: broker and server, kept running.

    Makes the realm's keys and database at the first start, prints its join link and `ready`, and
    restarts what dies.
    """
    configure(log_format.value)
    from zmqchat.security import keys, sockets

    realm = realm_directory(data).absolute()
    port = port or free_ports(host)
    _check_ports(host, port, metrics)
    keys.ensure_realm_keys(realm)
    _check_database(realm, database)
    common = ("--data", str(realm), "--log-format", log_format.value, "--supervised")
    broker = (
        *("--publish", f"tcp://127.0.0.1:{port + 1}"),
        *("--subscribe", sockets.listening_at(host, port + 2)),
        *_given("--listeners", listeners),
    )
    server = (
        *("--host", host, "--port", str(port)),
        *("--broker", f"tcp://127.0.0.1:{port + 1},tcp://*:{port + 2}"),
        *("--durability", durability.value, "--registration", registration.value),
        *("--names-by-link", str(names_by_link), "--rooms-by-link", str(rooms_by_link)),
        *("--heartbeat", str(heartbeat)),
        *("--person-rate", str(person_rate), "--person-quota", str(person_quota)),
        *_given("--advertise", advertise),
        *_given("--database", database),
        *_given("--metrics", metrics),
    )
    programs = [_program("broker", *common, *broker), _program("server", *common, *server)]
    announce = announcer()

    def ready() -> None:
        announce(join_link(realm))
        announce("ready")

    try:
        asyncio.run(supervise(programs, ready, relay))
    except NeverReady:  # the child has said why
        raise typer.Exit(1) from None


def _check_database(realm: Path, database: str | None) -> None:
    """Refuses a realm whose database is not there before anything is started.

    The server looks into one that is: here that would load all of storage at each start.
    """
    from zmqchat.security import keys

    place = Path(database) if database else realm / keys.DATABASE
    if keys.realm_id(realm) is None or (place.is_file() and place.stat().st_size):
        return
    from zmqchat.server import founding
    from zmqchat.server.app import database_of

    founding.check(realm, database_of(realm, database))


def _program(name: str, *arguments: str) -> Program:
    return Program(name, interpreter.command("zmqchat", name, *arguments))


def _given(option: str, value: object) -> tuple[str, ...]:
    return () if value is None else (option, str(value))


def _check_ports(host: str, port: int, metrics: int | None) -> None:
    """Says which port is taken before anything is made; the children find out for certain."""
    ports = range(port, port + _PORTS)
    if metrics in ports:
        raise UsageError(f"--metrics: {metrics} is one of the three ports that --port {port} takes")
    for wanted in ports:
        if not _is_free(host, wanted):
            raise Unavailable(
                Code.PORT_IN_USE,
                f"port {wanted} on {host} is in use by another program: stop that one, or choose "
                f"another with --port, which takes {_PORTS} in a row",
            )
    if metrics is not None and not _is_free("127.0.0.1", metrics):
        raise Unavailable(
            Code.PORT_IN_USE,
            f"port {metrics} on 127.0.0.1 is in use by another program: choose another with "
            "--metrics",
        )


def free_ports(host: str) -> int:
    """The first of three consecutive ports that nothing at any of the host's addresses has."""
    for _ in range(100):
        with socket.socket() as probe:
            probe.bind(("", 0))
            first = int(probe.getsockname()[1])
        if first + _PORTS <= 65536 and all(
            _is_free(host, port) for port in range(first, first + _PORTS)
        ):
            return first
    raise Unavailable(Code.PORT_IN_USE, "no three free ports in a row were found: choose --port")


def _is_free(host: str, port: int) -> bool:
    """Whether nothing listens there; of an address that is not this machine's, nothing can."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return all(_can_bind(family, address) for family, *_, address in found)


def _can_bind(family: int, address: tuple[Any, ...]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            probe.bind(address)
        except OSError as error:
            return error.errno != errno.EADDRINUSE
        return True
