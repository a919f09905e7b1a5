"""`zmqchat admin`: what the operator does on the machine that has the realm's data directory."""

from __future__ import annotations

import secrets
import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zmqchat.cli.options import DatabaseOption, DataOption, JsonOption
from zmqchat.cli.output import clean, json_line, say
from zmqchat.cli.places import realm_directory

if TYPE_CHECKING:
    from zmqchat.storage.verify import Report

_LINEAGE_BYTES = 16


def _database(data: Path | None, database: str | None = None) -> str:
    from zmqchat.server.app import database_of

    return database_of(realm_directory(data), database)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The backup: a new file.")],
    data: DataOption = None,
    database: DatabaseOption = None,
) -> None:
    """Copy the database, also while the server runs.

    The copy is the state of one moment. The realm's keys are not in it: keep a copy of DIR/keys
    as well, in another place.
    """
    from zmqchat.storage.backup import backup as copy_database

    copy_database(_database(data, database), file)
    say(f"the database is in {clean(str(file))}; keep a copy of the realm's keys as well")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    data: DataOption = None,
) -> None:
    """Put a backup in place of the database.

    The server must be stopped. What was there is kept under another name. A new lineage begins,
    by which clients notice that the log has gone back.
    """
    from zmqchat.storage.backup import restore as restore_database

    lineage = secrets.token_bytes(_LINEAGE_BYTES)
    done = restore_database(file, Path(_database(data)), time.time_ns() // 1000, lineage)
    say(f"restored {done.events} events of {done.rooms} rooms under a new lineage")
    if done.set_aside is not None:
        say(f"what was there before is in {clean(str(done.set_aside))}")


def verify(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", show_default=False, help="A backup, instead of the database."
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
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new directory.")],
    data: DataOption = None,
) -> None:
    """Write the keys that a broker on another host needs.

    Copy the directory there, and run `zmqchat broker --data` on it.
    """
    from zmqchat.security import keys

    keys.write_broker_kit(keys.load_realm_keys(realm_directory(data)).for_broker, directory)
    say(f"the broker's keys are in {clean(str(directory))}: copy it to the broker's host")
