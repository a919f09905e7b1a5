"""A realm of real processes for a chaos run: every pair of them talks through a proxy.

The server and the broker listen on 127.0.0.1. Each client has an address of its own, 127.0.1.N, on
which its proxies listen at the server's and the broker's own ports; a client finds the broker at
the host where it found the server. The server finds the broker at 127.0.2.1 in the same way.
"""

from __future__ import annotations

import itertools
import sys
import time
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Self

import msgspec

from tests.chaos import clock
from tests.chaos.client import Ask
from tests.chaos.disk import Disk
from tests.chaos.faults import CLIENTS, INVITED, LINKS, PEOPLE, TABLET
from tests.chaos.kept import Client, Kept, Watch
from tests.chaos.logs import resident_mib
from tests.chaos.proxy import Proxies
from tests.chaos.records import Entry, Generation, Level, Log, What
from tests.support.ports import free_ports
from tests.support.realm import Person, environment
from tests.support.waiting import eventually
from zmqchat.client.events import event_of
from zmqchat.client.naming import Where
from zmqchat.protocol.events import Event
from zmqchat.security.keys import ensure_realm_keys
from zmqchat.security.links import JoinLink
from zmqchat.storage import Reader, open_reader
from zmqchat.storage.values import Stretch
from zmqchat.storage.verify import verify

PRIVATE, PUBLIC = "vault", "town"
RATE = 8.0
"""Messages a second of each client."""

_HERE = "127.0.0.1"
_TO_BROKER = "127.0.2.1"
_ANSWER_S = 90.0
_END_S = 60.0
_PAGE, _PAGE_BYTES = 2_000, 1 << 24


class ChaosRealm:
    """Server, broker and the clients of `cast` below `directory`; use it in a `with`."""

    def __init__(self, directory: Path, cast: tuple[str, ...] = CLIENTS) -> None:
        self.directory = directory
        self.cast = cast
        self.links = tuple(link for link in LINKS if link.split("-")[0] in (*cast, "server"))
        self._stack = ExitStack()
        self._asked = itertools.count(1)
        self._tablets = itertools.count(1)
        self.replaced: list[Generation] = []
        self.former: list[Client] = []
        """Clients that were removed."""
        self.disk_is_full = False

    # ── life ─────────────────────────────────────────────────────────────────────────────────────

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._stack = stack
            self.disk = Disk(self.directory / "disk")
            stack.callback(self.disk.close)
            self.data = self.disk.place / "realm"
            self.proxies = stack.enter_context(Proxies())
            self.watch = stack.enter_context(Watch(self._excused))
            self._serve()
            self._people()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _excused(self, name: str) -> bool:
        """A server may fail to start where the disk is full; whoever supervises it tries again."""
        return name == "server" and self.disk_is_full

    def _serve(self) -> None:
        keys = ensure_realm_keys(self.data)
        self.port = free_ports(3)
        self.link = JoinLink(_HERE, self.port, keys.realm.public, keys.join)
        publish, subscribe = self.port + 1, self.port + 2
        for name in self.cast:
            host = _host(name)
            self.proxies.add(f"{name}-server", (host, self.port), (_HERE, self.port))
            self.proxies.add(f"{name}-broker", (host, subscribe), (_HERE, subscribe))
        self.proxies.add("server-broker", (_TO_BROKER, publish), (_HERE, publish))
        self.broker = self._kept(
            "broker",
            *("--data", str(self.data), "--publish", f"tcp://{_HERE}:{publish}"),
            *("--subscribe", f"tcp://{_HERE}:{subscribe}"),
        )
        self.server = self._kept(
            "server",
            *("--data", str(self.data), "--host", _HERE, "--port", str(self.port)),
            *("--broker", f"tcp://{_TO_BROKER}:{publish},tcp://*:{subscribe}"),
            *("--heartbeat", "1"),
        )
        eventually(lambda: any("server started" in line for line in self.server.said), _END_S)

    def _kept(self, name: str, *options: str) -> Kept:
        command = *self._launched(name), "zmqchat", name, *options
        kept = Kept(name, lambda _: command, environment(self.directory / "operator"))
        self.watch.add(kept)
        return kept

    def _launched(self, name: str) -> tuple[str, ...]:
        path = self.clock(name)
        if not path.exists():
            clock.make(path)
        return (sys.executable, "-m", "tests.chaos.launch", str(path))

    def clock(self, name: str) -> Path:
        """The file of a process's clock."""
        return self.directory / f"clock-{name}"

    def _people(self) -> None:
        people = [name for name in PEOPLE if name in self.cast]
        self.clients = {name: self._client(name, name, name) for name in people}
        self.ask("alice", "create", PUBLIC)
        self.ask("alice", "create-private", PRIVATE)
        for name in people[1:]:
            self.ask(name, "enter", PUBLIC)
        for name in INVITED:
            if name in people:
                self.ask("alice", "invite", PRIVATE, name)
        if TABLET in self.cast:
            self.join_tablet()

    def join_tablet(self) -> None:
        """A further device of bob's, in the place of the one before it."""
        code = self.ask("bob", "code")
        self.clients[TABLET] = self._client(
            TABLET, "bob", f"{TABLET}{next(self._tablets)}", code=code
        )

    def _client(self, role: str, person: str, name: str, code: str = "") -> Client:
        link = str(replace(self.link, host=_host(role)))
        further = (code, name) if code else ()

        def command(number: int) -> tuple[str, ...]:
            words = (link, person, str(number), str(RATE), *further)
            return *self._launched(role), "client", *words

        client = Client(name, person, command, environment(self.directory / "people" / name))
        self.watch.add(client)
        return client

    # ── what it is asked, and what it is seen to be ──────────────────────────────────────────────

    def ask(self, role: str, do: str, room: str = "", who: str = "") -> str:
        """Has a client do something, through its ends and starts; what it answered."""
        number = next(self._asked)
        line = msgspec.json.encode(Ask(number, do, room, who))
        asked = 0

        def answered() -> list[str]:
            nonlocal asked
            client = self.clients[role]
            if client.number != asked:
                asked = client.number
                client.write(line)
            return [
                record.text
                for record in client.records
                if record.what is What.DID and record.seq == number
            ]

        return eventually(answered, _ANSWER_S)[0]

    def told(self, kind: str) -> int:
        """How often clients were told something of this kind."""
        return sum(
            record.what is What.NOTICE and record.type == kind
            for client in self.clients.values()
            for stream in client.streams(lives=True)
            for record in stream.records
        )

    def processes(self) -> dict[str, Kept]:
        """All that should be there, by role."""
        return {"server": self.server, "broker": self.broker, **self.clients}

    def search_pid(self) -> int | None:
        """The server's search process."""
        try:
            children = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text()
            for pid in map(int, children.split()):
                if b"zmqchat.search" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    return pid
        except OSError:  # gone meanwhile
            pass
        return None

    def levels(self) -> list[Level]:
        """What each process uses now."""
        found = []
        for role, kept in self.processes().items():
            try:
                descriptors = len(list(Path(f"/proc/{kept.pid}/fd").iterdir()))
                found.append(Level(role, kept.pid, descriptors, resident_mib(kept.pid)))
            except (OSError, StopIteration):  # it ends just now
                continue
        return found

    # ── the database ─────────────────────────────────────────────────────────────────────────────

    @property
    def database(self) -> Path:
        """Where the log is."""
        return self.data / "zmqchat.db"

    def admin(self, *words: str) -> str:
        """Runs an operator's command; what it said where it failed, else ""."""
        done = Person(self.directory / "operator").run(
            *("admin", *words, "--data", str(self.data)), deadline=_END_S
        )
        return "" if not done.returncode else f"{words[0]}: {done.stdout} {done.stderr}".strip()

    def verified(self) -> str:
        """What `verify` finds, "" where all is whole."""
        with closing(open_reader(self.database)) as reader:
            findings = verify(reader).findings
        return "; ".join(f"#{each.room} {each.seq}: {each.what}" for each in findings)

    def has_grown_since(self, backup: Path) -> bool:
        """Whether there is something that a backup lacks."""
        had = sum(map(len, read_log(backup).values()))
        return sum(map(len, read_log(self.database).values())) > had

    def put_back(self, backup: Path) -> None:
        """Puts a backup in the place of the database, while the server is away."""
        before = read_log(self.database)
        failed = self.admin("restore", str(backup))
        assert not failed, failed
        kept = {room: len(events) for room, events in read_log(self.database).items()}
        self.replaced.append(Generation(before, kept, time.monotonic_ns()))


def _host(client: str) -> str:
    """The address at which a client finds everything."""
    return f"127.0.1.{1 + CLIENTS.index(client)}"


def read_log(database: Path) -> Log:
    """Every room's events, as the database has them."""
    with closing(open_reader(database)) as reader:
        snapshot = reader.load()
        assert snapshot is not None
        found: dict[str, tuple[Entry, ...]] = {}
        for room in snapshot.rooms:
            name = room.name or str(room.id)
            entries: list[Entry] = []
            while events := _behind(reader, room.id, len(entries)):
                for event in events:
                    seen = event_of(Where(room.id, name), event)
                    what = seen.text or seen.member or ""
                    entries.append(Entry(seen.seq, seen.type, seen.sender, what))
            found[name] = tuple(entries)
        return found


def _behind(reader: Reader, room: int, seq: int) -> list[Event]:
    """A page of what is behind `seq` in a room's log."""
    found = reader.follow([Stretch(room, seq, seq + _PAGE)], _PAGE_BYTES)
    return found[0].events if found else []
