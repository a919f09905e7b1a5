"""`zmqchat admin`: what the operator does on the machine that has the realm's data directory."""

from __future__ import annotations

import secrets
import time
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zmqchat.cli.addresses import path
from zmqchat.cli.options import DatabaseOption, DataOption, JsonOption
from zmqchat.cli.output import clean, json_line, report, say, say_all
from zmqchat.cli.places import realm_directory
from zmqchat.errors import ChatError, Code

if TYPE_CHECKING:
    from zmqchat.storage.verify import Report

_LINEAGE_BYTES = 16


def _database(data: Path | None, database: str | None = None) -> str:
    from zmqchat.server.app import database_of

    return database_of(realm_directory(data), database)


def backup(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", parser=path, help="The backup: a new file.")
    ],
    data: DataOption = None,
    database: DatabaseOption = None,
) -> None:
    """Copy the database, also while the server runs.

    The copy is the state of one moment. The realm's keys are not in it: keep a copy of DIR/keys
    as well, in another place.
    """
    from zmqchat.runtime.files import write_whole
    from zmqchat.server.founding import LAST_BACKUP
    from zmqchat.storage.backup import backup as copy_database

    copy_database(_database(data, database), file)
    with suppress(OSError):  # it helps to find the copy, and the copy is there without it
        write_whole(realm_directory(data) / LAST_BACKUP, f"{file.absolute()}\n".encode())
    report(f"the database is in {clean(str(file))}; keep a copy of the realm's keys as well")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", parser=path, help="A backup.")],
    data: DataOption = None,
) -> None:
    """Put a backup in place of the database.

    The server must be stopped. What was there is kept under another name. A new lineage begins,
    by which clients notice that the log has gone back.
    """
    from zmqchat.security import keys
    from zmqchat.storage.backup import restore as restore_database

    lineage = secrets.token_bytes(_LINEAGE_BYTES)
    realm = keys.realm_id(realm_directory(data))
    done = restore_database(file, Path(_database(data)), time.time_ns() // 1000, lineage, realm)
    report(f"restored {done.events} events of {done.rooms} rooms under a new lineage")
    if done.set_aside is not None:
        report(f"what was there before is in {clean(str(done.set_aside))}")


def new_realm(data: DataOption = None, database: DatabaseOption = None) -> None:
    """Begin anew where the database is lost: no people, no messages, every name free.

    The server must be stopped. Restore a backup instead where there is one. The keys and the join
    link stay; what is left of the database is kept under another name.
    """
    from zmqchat.security import keys
    from zmqchat.storage import held_realm
    from zmqchat.storage.backup import set_aside
    from zmqchat.storage.engines import backend_for

    realm, place = realm_directory(data), backend_for(_database(data, database)).name
    keys.load_realm_keys(realm)
    if held_realm(place) is not None:
        raise ChatError(
            Code.DATA_DIRECTORY,
            f"the database {place} is there and holds a realm; nothing was changed; `zmqchat up` "
            "starts it",
        )
    aside = set_aside(Path(place), time.time_ns() // 1000, "new-realm")
    keys.forget_realm_id(realm)
    if aside is not None:
        report(f"what was left of the database is in {clean(str(aside))}")
    report("the next start makes a new realm; its join link is the old one")


def new_keys(data: DataOption = None) -> None:
    """Make new keys in place of those that are lost beside the database.

    The server must be stopped. Those that are there stay. Everybody needs a new join link
    afterwards, and brokers on other hosts a new broker-kit.
    """
    from zmqchat.security import keys
    from zmqchat.storage.engines import backend_for

    realm = realm_directory(data)
    if not backend_for(_database(data)).exists:
        raise ChatError(
            Code.DATA_DIRECTORY,
            f"there is no database in {realm} whose keys could be lost; nothing was changed; "
            "check the path",
        )
    keys.replace_lost_keys(realm)
    report("the realm has all its keys: give everybody the join link anew (`zmqchat link`)")


def usage(
    data: DataOption = None, database: DatabaseOption = None, as_json: JsonOption = False
) -> None:
    """Show how much each person has in the log, the most first.

    Works beside a running server. The quotas are options of `up` and `server`.
    """
    from zmqchat.storage import open_reader
    from zmqchat.storage.usage import usage as usage_of

    with closing(open_reader(_database(data, database))) as reader:
        rows = [each._asdict() for each in usage_of(reader)]
    say_all(rows, as_json, ("name", "events", "size"))


def verify(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            parser=path,
            show_default=False,
            help="A backup, instead of the database.",
        ),
    ] = None,
    data: DataOption = None,
    database: DatabaseOption = None,
    as_json: JsonOption = False,
) -> None:
    """Recompute every event, chain and head.

    Works beside a running server. Ends with 1 when anything is not as it was written.
    """
    from zmqchat.storage import open_reader
    from zmqchat.storage.verify import verify as verify_database

    with closing(open_reader(file or _database(data, database))) as reader:
        report = verify_database(reader)
    _say_report(report, as_json)
    if report.findings:
        raise typer.Exit(1)


def _say_report(report: Report, as_json: bool) -> None:
    if as_json:
        say(json_line(asdict(report)))
        return
    for finding in report.findings:
        place = f"{finding.room or 'the realm'}{f' {finding.seq}' if finding.seq else ''}"
        say(clean(f"{place}: {finding.what}"))
    outcome = f"{len(report.findings)} faults found" if report.findings else "all whole"
    say(f"{report.events} events of {report.rooms} rooms checked: {outcome}")


def broker_kit(
    directory: Annotated[Path, typer.Argument(metavar="DIR", parser=path, help="A new directory.")],
    data: DataOption = None,
) -> None:
    """Write the keys that a broker on another host needs.

    Copy the directory there, and run `zmqchat broker --data` on it.
    """
    from zmqchat.security import keys

    keys.write_broker_kit(keys.load_realm_keys(realm_directory(data)).for_broker, directory)
    report(f"the broker's keys are in {clean(str(directory))}: copy it to the broker's host")
