"""How each kind of fault is done to a realm of real processes, and undone."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count

from tests.chaos import clock
from tests.chaos.faults import (
    EVERY_CLOCK,
    EVERY_LINK,
    PROCESSES,
    TABLET,
    Fault,
    Kind,
)
from tests.chaos.kept import STATUS_OF
from tests.chaos.realm import PRIVATE, ChaosRealm

_END_S = 60.0
_backups = count(1)


Hit = Callable[[], bool]
"""Whether a fault has hit something by now."""

Doing = Iterator[Hit]
"""Yields once, while the fault is there."""


@contextmanager
def inflicted(realm: ChaosRealm, fault: Fault) -> Iterator[Hit]:
    """The fault, as long as the block lasts."""
    with contextmanager(_HOW[fault.kind])(realm, fault) as hit:
        yield hit


def _links(realm: ChaosRealm, fault: Fault) -> tuple[str, ...]:
    return realm.links if fault.target == EVERY_LINK else (fault.target,)


def _once(do: Callable[[], int]) -> Hit:
    """Does something again and again until it hits something."""
    hits: list[bool] = []

    def hit() -> bool:
        if not any(hits):
            hits.append(do() > 0)
        return any(hits)

    hit()
    return hit


def _cut(realm: ChaosRealm, fault: Fault) -> Doing:
    yield _once(lambda: realm.proxies.cut(_links(realm, fault)))


def _half_open(realm: ChaosRealm, fault: Fault) -> Doing:
    yield _once(lambda: realm.proxies.half_open(_links(realm, fault)))


def _delay(realm: ChaosRealm, fault: Fault) -> Doing:
    links = _links(realm, fault)
    realm.proxies.delay(links, fault.by_s)
    try:
        yield lambda: realm.proxies.hit(links)
    finally:
        realm.proxies.delay(links, 0.0)


def _swallow(realm: ChaosRealm, fault: Fault) -> Doing:
    links = _links(realm, fault)
    realm.proxies.swallow(links)
    try:
        yield lambda: realm.proxies.hit(links)
    finally:
        realm.proxies.spit(links)


def _refuse(realm: ChaosRealm, fault: Fault) -> Doing:
    links = _links(realm, fault)
    realm.proxies.refuse(links)
    try:
        yield lambda: True
    finally:
        realm.proxies.accept(links)


def _ended(number: signal.Signals, realm: ChaosRealm, fault: Fault) -> Doing:
    def end() -> int:
        if fault.target != "search":
            return realm.processes()[fault.target].signal(number, (STATUS_OF[number],))
        return _send(number, realm.search_pid())

    yield _once(end)


def _stop(realm: ChaosRealm, fault: Fault) -> Doing:
    search = fault.target == "search"
    pid = realm.search_pid() if search else realm.processes()[fault.target].pid
    try:
        yield _once(lambda: _send(signal.SIGSTOP, pid or realm.search_pid()))
    finally:
        _send(signal.SIGCONT, pid or realm.search_pid())


def _send(number: signal.Signals, pid: int | None) -> int:
    """Sends a signal; to how many processes."""
    try:
        if pid is not None:
            os.kill(pid, number)
    except ProcessLookupError:
        return 0
    return pid is not None


def _disk_full(realm: ChaosRealm, _fault: Fault) -> Doing:
    """Full until somebody notices: SQLite's log has room in itself, and others may make some."""
    told = realm.told("held")
    realm.disk_is_full = True

    def hit() -> bool:
        realm.disk.fill(realm.server.pid)
        return realm.told("held") > told

    try:
        hit()
        yield hit
    finally:
        realm.disk.free(realm.server.pid)
        realm.disk_is_full = False


def _clock(realm: ChaosRealm, fault: Fault) -> Doing:
    everybody = (*realm.cast, *PROCESSES[:2])
    names = everybody if fault.target == EVERY_CLOCK else (fault.target,)
    for name in names:
        clock.set_off(realm.clock(name), fault.by_s)
    try:
        yield lambda: True
    finally:
        for name in names:
            clock.set_off(realm.clock(name), 0.0)


def _restore(realm: ChaosRealm, _fault: Fault) -> Doing:
    backup = realm.directory / f"backup-{next(_backups)}"
    failed = realm.admin("backup", str(backup))
    assert not failed, failed
    yield lambda: realm.has_grown_since(backup)
    realm.server.pause(signal.SIGTERM, _END_S)
    realm.put_back(backup)
    realm.server.resume()


def _remove_device(realm: ChaosRealm, _fault: Fault) -> Doing:
    removed = realm.clients[TABLET]
    done = realm.ask("bob", "remove", who=removed.name) == "done"
    yield lambda: done
    removed.ended(_END_S)  # it is told, and can do nothing more
    realm.former.append(removed)
    realm.join_tablet()


def _kick(realm: ChaosRealm, fault: Fault) -> Doing:
    done = realm.ask("alice", "kick", PRIVATE, fault.target) == "done"
    yield lambda: done
    realm.ask("alice", "invite", PRIVATE, fault.target)


_HOW: dict[Kind, Callable[[ChaosRealm, Fault], Doing]] = {
    Kind.CUT: _cut,
    Kind.HALF_OPEN: _half_open,
    Kind.DELAY: _delay,
    Kind.SWALLOW: _swallow,
    Kind.REFUSE: _refuse,
    Kind.KILL: partial(_ended, signal.SIGKILL),
    Kind.STOP: _stop,
    Kind.TERM: partial(_ended, signal.SIGTERM),
    Kind.DISK_FULL: _disk_full,
    Kind.CLOCK: _clock,
    Kind.RESTORE: _restore,
    Kind.REMOVE_DEVICE: _remove_device,
    Kind.KICK: _kick,
}
