"""A redacted text is nowhere in the data directory, and the search process keeps up with it all."""

from __future__ import annotations

import shutil
import signal
from contextlib import suppress
from pathlib import Path

from tests.domain.realms import item
from tests.server.running import Client, RunningServer
from tests.support.waiting import eventually
from zmqchat.protocol.events import Body, Edited, Posted, Redacted
from zmqchat.protocol.replies import Accepted, Found, SearchResults, Sent
from zmqchat.protocol.requests import Search, Send

GENERAL = 1


def does(client: Client, body: Body) -> int:
    (result,) = client.get(Sent, Send([item(GENERAL, body)])).results
    assert isinstance(result, Accepted), result
    return result.seq


def finds(client: Client, query: str) -> list[Found] | None:
    """What is found; None while the index is being built."""
    reply = client.ask(Search(query))
    return reply.ok.found if isinstance(reply.ok, SearchResults) else None


def finds_at_once(client: Client, query: str) -> list[Found]:
    """What the first search finds that is not put off."""
    found: list[list[Found]] = []

    def answered() -> bool:
        answer = finds(client, query)
        found.extend([] if answer is None else [answer])
        return answer is not None

    eventually(answered)
    return found[0]


def files_with(directory: Path, text: bytes) -> list[str]:
    found = []
    for path in [path for path in directory.rglob("*") if path.is_file()]:
        with suppress(FileNotFoundError):  # SQLite's files beside a database come and go
            found += [path.name] if text in path.read_bytes() else []
    return found


def test_a_redacted_text_is_nowhere_shortly_after(tmp_path: Path) -> None:
    with RunningServer(tmp_path / "data").started() as server, Client(server) as alice:
        alice.hello("alice")
        for number in range(50):
            does(alice, Posted(f"other words {number}"))
        seq = does(alice, Posted("the xylophonic secret"))
        does(alice, Edited(seq, "the quixotically edited secret"))
        eventually(lambda: len(finds(alice, "quixotically") or []) == 1)
        assert "search.db" in "".join(files_with(server.data, b"quixotically"))
        does(alice, Redacted(seq))
        assert finds_at_once(alice, "quixotically") == []
        parts = (b"xylophonic", b"quixotically", b"xyl", b"uixot")
        eventually(lambda: not any(files_with(server.data, part) for part in parts))
        assert server.stop() == 0
        for text in (b"xylophonic", b"quixotically"):
            assert files_with(server.data, text) == []
        assert "xylophonic" not in server.log
        assert "quixotically" not in server.log


def test_without_the_index_or_with_an_older_one_it_is_made_anew(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with RunningServer(data).started() as server, Client(server) as alice:
        alice.hello("alice")
        does(alice, Posted("from the first day"))
        eventually(lambda: finds(alice, "first"))
        server.stop(signal.SIGKILL)
        key = alice.key
    shutil.copy(data / "search.db", tmp_path / "old.db")
    for _ in range(2):
        for end in ("", "-wal", "-shm"):
            (data / f"search.db{end}").unlink(missing_ok=True)
        with RunningServer(data).started() as server, Client(server, key) as alice:
            alice.hello("alice")
            does(alice, Posted("from the second day"))
            eventually(lambda: len(finds(alice, "day") or []) >= 2)
            assert server.stop() == 0
        shutil.copy(tmp_path / "old.db", data / "search.db")
