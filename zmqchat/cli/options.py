"""Options that several commands share, so that each means and says the same everywhere."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from zmqchat.cli import addresses


class LogFormat(StrEnum):
    """How a server or broker writes its log on stderr."""

    TEXT = "text"
    JSON = "json"


class Commit(StrEnum):
    """What an acknowledgement stands for: on disk, or handed to the system."""

    FULL = "full"
    RELAXED = "relaxed"


class WhoMayJoin(StrEnum):
    """Who may claim a free name."""

    LINK = "link"
    OPEN = "open"
    INVITE = "invite"
    CLOSED = "closed"


DataOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        parser=addresses.path,
        callback=addresses.directory,
        show_default=False,
        help="The realm's data directory; without it $ZMQCHAT_HOME/realm or the platform's place.",
    ),
]
ProfileOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--profile",
        "-p",
        metavar="P",
        envvar="ZMQCHAT_PROFILE",
        show_default=False,
        help="Whom to be, of several profiles.",
    ),
]
JsonOption: TypeAlias = Annotated[
    bool, typer.Option("--json", help="One JSON object a line, never wrapped or coloured.")
]
RoomArgument: TypeAlias = Annotated[
    str, typer.Argument(metavar="ROOM", help="A room's name; @NAME[,NAME]: your talk with them.")
]
SeqArgument: TypeAlias = Annotated[
    int, typer.Argument(metavar="SEQ", min=1, help="The message's number in its room.")
]
NameArgument: TypeAlias = Annotated[str, typer.Argument(metavar="NAME", help="A person's name.")]
UndoOption: TypeAlias = Annotated[bool, typer.Option("--undo", help="The other way round.")]
LimitOption: TypeAlias = Annotated[
    int, typer.Option("--limit", metavar="N", min=1, help="How many at most.")
]
HostOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--host", metavar="H", callback=addresses.host, help="The address or name to listen at."
    ),
]
AdvertiseOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--advertise",
        metavar="HOST",
        show_default=False,
        callback=addresses.advertised,
        help="The host that clients dial.",
    ),
]
DatabaseOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        callback=addresses.database,
        show_default=False,
        help="Another database than DIR/zmqchat.db: a path, or sqlite:////PATH.",
    ),
]
DurabilityOption: TypeAlias = Annotated[
    Commit,
    typer.Option("--durability", help="full: acknowledged is on disk. relaxed: it soon will be."),
]
RegistrationOption: TypeAlias = Annotated[
    WhoMayJoin,
    typer.Option(
        "--registration",
        help="Who may claim a free name: who has the link, anybody, the invited, nobody.",
    ),
]
NAMES_BY_LINK, ROOMS_BY_LINK, PERSON_RATE_KIB, PERSON_QUOTA_MIB = 10_000, 100_000, 1_024, 4_096
"""The domain's own, which no command but the server loads; a test compares them."""

NamesByLinkOption: TypeAlias = Annotated[
    int,
    typer.Option(
        "--names-by-link",
        metavar="N",
        min=0,
        help="How many names may be claimed without an invitation.",
    ),
]
RoomsByLinkOption: TypeAlias = Annotated[
    int,
    typer.Option(
        "--rooms-by-link",
        metavar="N",
        min=0,
        help="How many rooms and conversations these may make together.",
    ),
]
MetricsOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--metrics",
        metavar="PORT",
        min=1,
        max=65535,
        show_default=False,
        help="Serve Prometheus metrics on 127.0.0.1:PORT.",
    ),
]
ListenersOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--listeners",
        metavar="N",
        min=1,
        show_default="as many as there may be open files",
        help="How many subscribers the broker admits at a time.",
    ),
]
HeartbeatOption: TypeAlias = Annotated[
    float,
    typer.Option(
        "--heartbeat",
        metavar="S",
        min=0.1,
        max=60.0,
        callback=addresses.finite,
        help="Seconds between clients' heartbeats.",
    ),
]
RateOption: TypeAlias = Annotated[
    int,
    typer.Option(
        "--person-rate", metavar="KIB", min=1, help="KiB a second that one person may have stored."
    ),
]
QuotaOption: TypeAlias = Annotated[
    int,
    typer.Option(
        "--person-quota", metavar="MIB", min=1, help="MiB a day that one person may have stored."
    ),
]
LogOption: TypeAlias = Annotated[LogFormat, typer.Option("--log-format", help="The log on stderr.")]
SupervisedOption: TypeAlias = Annotated[
    bool, typer.Option("--supervised", hidden=True, help="End when stdin closes.")
]
