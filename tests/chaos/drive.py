"""Drives a realm through storms: inflicts, waits until it has recovered, and gathers evidence."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.faults import CLIENTS, Fault, Script, Storm
from tests.chaos.inflict import inflicted
from tests.chaos.kept import STATUS_OF
from tests.chaos.realm import ChaosRealm, read_log
from tests.chaos.records import END, Evidence, Level, Recovery, What
from tests.chaos.recovery import recovered_at
from tests.support.waiting import eventually

RECOVERY_S = 60.0
"""Who has not recovered by then has not; on a machine that is busy with others too."""

_LOOK_S = 0.05
_END_S = 60.0
_HIT_S = 20.0
"""A fault that has hit nothing yet goes on so long for that."""


@dataclass(frozen=True)
class Outcome:
    """What a run came to. `script` is what was carried out; `notes`: what this machine lacks."""

    evidence: Evidence
    script: Script
    seconds: float
    notes: tuple[str, ...] = ()


@dataclass
class _Gathered:
    used: Counter[str] = field(default_factory=Counter)
    levels: list[Level] = field(default_factory=list)
    recoveries: list[Recovery] = field(default_factory=list)
    carried_out: list[Storm] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


def drive(
    storms: Iterable[Storm],
    directory: Path,
    *,
    seconds: float = math.inf,
    at_least: int = 0,
    wanted: frozenset[str] = frozenset(),
    least: int = 0,
    cast: tuple[str, ...] = CLIENTS,
) -> Outcome:
    """Carries storms out for `seconds`, and `at_least` so many of them, or until there are no more.

    Stops at the first from which the realm does not recover. `wanted` are the sorts of faults that
    must have hit something, and `least` is how many messages must be acknowledged.
    """
    gathered = _Gathered()
    with ChaosRealm(directory, cast) as realm:
        begun = time.monotonic()
        calm = _calm(realm, gathered, 0, "the start", time.monotonic_ns())
        for number, storm in enumerate(storms, 1):
            if not calm or (number > at_least and time.monotonic() - begun >= seconds):
                break
            gathered.carried_out.append(storm)
            since = _carry_out(realm, gathered, storm)
            faults = ", ".join(f"{fault.kind} {fault.target}" for fault in storm)
            calm = _calm(realm, gathered, number, faults, since)
        took = time.monotonic() - begun
        if calm:
            _settle(realm, gathered)
        _end(realm, orderly=calm)
        evidence = _evidence(realm, gathered, wanted, least, calm)
    return Outcome(evidence, tuple(gathered.carried_out), took, realm.disk.notes)


def _carry_out(realm: ChaosRealm, gathered: _Gathered, storm: Storm) -> int:
    """All faults of a storm, each from its moment on; when the last of them was healed."""
    threads = [
        threading.Thread(target=_inflict, args=(realm, gathered, fault), name=str(fault))
        for fault in storm
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic_ns()


def _inflict(realm: ChaosRealm, gathered: _Gathered, fault: Fault) -> None:
    time.sleep(fault.at_s)
    try:
        with inflicted(realm, fault) as hit:
            time.sleep(fault.lasts_s)
            with suppress(AssertionError):
                eventually(hit, _HIT_S)
            gathered.used[fault.sort] += hit()
    except Exception as error:  # noqa: BLE001 - becomes a finding
        gathered.failures.append(f"{fault}: {type(error).__name__}: {error}")


def _calm(realm: ChaosRealm, gathered: _Gathered, storm: int, faults: str, since: int) -> bool:
    """Waits until the realm has recovered; False where it has not in time."""
    deadline = time.monotonic() + RECOVERY_S
    at = None
    while at is None and time.monotonic() < deadline:
        time.sleep(_LOOK_S)
        if all(kept.is_ready for kept in realm.processes().values()):
            at = recovered_at({name: each.records for name, each in realm.clients.items()}, since)
    seconds = None if at is None else (at - since) / 1e9
    gathered.recoveries.append(Recovery(storm, faults, seconds))
    if at is not None:
        gathered.levels += realm.levels()
    return at is not None


def _settle(realm: ChaosRealm, gathered: _Gathered) -> None:
    """Until all that was said has been heard."""
    try:
        for role in realm.clients:
            realm.ask(role, "quiet")
        realm.ask("alice", "search", who="alice")
        realm.ask("alice", "end")
        _await_the_end(realm)
    except AssertionError as error:
        gathered.failures.append(f"at the end: {error}")


def _end(realm: ChaosRealm, *, orderly: bool) -> None:
    """Ends all processes; clients that wait for what does not come are killed."""
    number = signal.SIGTERM if orderly else signal.SIGKILL
    for client in realm.clients.values():
        client.pause(number, _END_S, STATUS_OF[number])
    for kept in (realm.server, realm.broker):
        kept.pause(signal.SIGTERM, _END_S)


def _await_the_end(realm: ChaosRealm) -> None:
    deadline = time.monotonic() + _END_S
    log = read_log(realm.database)
    for client in realm.clients.values():
        rooms = {record.room for record in client.records if record.what is What.READING}
        while rooms and time.monotonic() < deadline:
            rooms -= {
                record.room
                for record in client.records[-200:]
                if record.what is What.EVENT
                and record.text == END
                and record.seq == len(log[record.room])
            }
            time.sleep(_LOOK_S)


def _evidence(
    realm: ChaosRealm, gathered: _Gathered, wanted: frozenset[str], least: int, calm: bool
) -> Evidence:
    processes = realm.processes()
    return Evidence(
        streams=tuple(
            stream
            for lives, clients in ((False, realm.former), (calm, realm.clients.values()))
            for client in clients
            for stream in client.streams(lives=lives)
        ),
        log=read_log(realm.database),
        replaced=tuple(realm.replaced),
        verified=realm.verified(),
        deaths=(*gathered.failures, *(end for each in processes.values() for end in each.ends)),
        said={
            **{client.name: client.said for client in realm.former},
            **{kept.name: kept.said for kept in processes.values()},
        },
        levels=tuple(gathered.levels),
        recoveries=tuple(gathered.recoveries),
        used=dict(gathered.used),
        wanted=wanted,
        least=least,
    )
