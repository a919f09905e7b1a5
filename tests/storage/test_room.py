"""Room for the log: a disk that anybody may fill, in memory; and small real ones."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.storage.values import extended, founded, post, room, spoken, texts_of
from zmqchat.errors import ChatError, Code
from zmqchat.storage import Store, held_realm, open_reader, open_store
from zmqchat.storage.engines.sqlite_room import SqlitePlace
from zmqchat.storage.failures import NoRoom
from zmqchat.storage.room import BASE, LEFT, MIB, Room
from zmqchat.storage.verify import verify


class Disk:
    """A disk in memory: `others` is what other programs keep on it, `pinned` stops checkpoints."""

    name = "/disk"

    def __init__(self, size: int) -> None:
        self.size = size
        self.database = self.log = self.ballast = self.others = 0
        self.pinned = False

    @property
    def free(self) -> int:
        return self.size - self.database - self.log - self.ballast - self.others

    def hold(self, size: int) -> bool:
        if size - self.ballast > self.free:
            return False
        self.ballast = size
        return True

    def give_up(self) -> None:
        self.ballast = 0

    def empty_log(self) -> bool:
        """The worst case: each page of the log is a new one of the database."""
        if self.pinned or self.log > self.free:
            return False
        self.database, self.log = self.database + self.log, 0
        return True

    def commit(self, size: int) -> bool:
        """What SQLite does: all of it is in the log, or nothing."""
        if size > self.free:
            return False
        self.log += size
        return True


step = st.one_of(
    st.tuples(st.just("commit"), st.integers(0, 3 * MIB)),
    st.tuples(st.just("others"), st.integers(-8 * MIB, 64 * MIB)),
    st.tuples(st.just("pin"), st.integers(0, 1)),
)


@given(st.integers(3 * MIB, 96 * MIB), st.lists(step, max_size=60))
def test_whoever_fills_the_disk_the_log_can_be_emptied(
    size: int, steps: list[tuple[str, int]]
) -> None:
    disk = Disk(size)
    room = Room(disk)
    for what, amount in steps:
        if what == "others":
            disk.others += min(amount, disk.free) if amount > 0 else -min(-amount, disk.others)
        elif what == "pin":
            disk.pinned = bool(amount)
        else:
            try:
                room.make(amount)
            except NoRoom:
                continue
            if not disk.commit(amount):
                room.failed()
        assert disk.free + disk.ballast >= disk.log
        assert disk.free >= 0


def test_a_full_disk_is_said_once_and_so_is_that_there_is_room_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    disk = Disk(8 * MIB)
    room = Room(disk)
    room.make(0)
    assert (disk.ballast, room.is_full) == (BASE, False)
    disk.others = disk.free
    for _ in range(3):
        with pytest.raises(NoRoom, match=r"its disk is full.*everything acknowledged is safe"):
            room.make(2 * MIB)
    assert [each.message for each in caplog.records].count(
        "the disk is full: serving without writing"
    ) == 1
    disk.others -= 6 * MIB
    room.make(MIB)
    assert not room.is_full
    assert caplog.records[-1].message == "the disk has room again"


def test_what_others_filled_is_found_out_by_a_commit_that_fails() -> None:
    disk = Disk(16 * MIB)
    room = Room(disk)
    for _ in range(4):
        room.make(MIB)
        assert disk.commit(MIB)
    disk.others = disk.free
    room.make(0)  # more than was reckoned: the ballast would do for it, and the disk does not
    assert not disk.commit(MIB)
    room.failed()
    with pytest.raises(NoRoom):  # the log went into the database, by the ballast's room
        room.make(4 * MIB)
    assert (disk.log, disk.database, disk.ballast) == (0, 4 * MIB, BASE)


def test_nothing_is_tried_while_nothing_has_become_free() -> None:
    disk = Disk(4 * MIB)
    disk.others = 4 * MIB
    room = Room(disk)
    tried: list[int] = []

    def emptied() -> bool:
        tried.append(1)
        return True

    disk.empty_log = emptied  # type: ignore[method-assign]
    for _ in range(5):
        with pytest.raises(NoRoom):
            room.make(1)
    assert len(tried) == 1
    disk.others -= BASE + LEFT + 1
    room.make(1)


def test_a_log_that_somebody_read_from_is_emptied_when_they_are_gone() -> None:
    disk = Disk(16 * MIB)
    room = Room(disk)
    for _ in range(4):
        room.make(MIB)
        assert disk.commit(MIB)
    disk.others, disk.pinned = disk.free, True
    room.failed()
    for _ in range(2):
        with pytest.raises(NoRoom):
            room.make(MIB)
        assert disk.ballast == BASE + disk.log, "nobody may take what matches the log"
    disk.pinned = False
    room.make(0)
    assert (disk.log, disk.database) == (0, 4 * MIB)


# ── real disks ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 12 MiB."""
    path = tmp_path / "disk"
    path.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=12m,mode=0700", "tmpfs", str(path)]
    if os.geteuid() or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small file system")
    yield path
    subprocess.run(["umount", "--lazy", path], check=True)


def fill(disk: Path) -> Path:
    """Takes all that is left, as another program would."""
    path = disk / "others"
    with path.open("ab", buffering=0) as file, pytest.raises(OSError, match="No space"):
        while True:
            file.write(bytes(4096))
    return path


def closed_and_full(disk: Path, *, ballast: bool) -> Path:
    """A database that was closed, on a disk that is full then."""
    database = disk / "zmqchat.db"
    with closing(open_store(database)) as store:
        founded(store, room())
        spoken(store, room(), b"before")
    if not ballast:
        SqlitePlace(database).give_up()
    fill(disk)
    return database


@pytest.mark.parametrize("ballast", [True, False])
def test_a_database_on_a_full_disk_is_opened_and_read(small_disk: Path, ballast: bool) -> None:
    database = closed_and_full(small_disk, ballast=ballast)
    assert held_realm(database) is not None
    with closing(open_reader(database)) as reader:
        assert texts_of(reader) == [b"before"]
    with closing(open_store(database)) as store:
        assert texts_of(store) == [b"before"]
        if not ballast:
            assert store.is_full
            with pytest.raises(ChatError, match="disk is full") as caught:
                store.writer.commit([], [room()])
            assert caught.value.code is Code.STORAGE_FAILED
        (small_disk / "others").unlink()
        spoken(store, extended(room(), post(b"before"))[1], b"after")
        assert texts_of(store) == [b"before", b"after"]
        assert not store.is_full
        assert verify(store).findings == ()


def test_a_full_disk_where_nothing_is_yet_is_named(small_disk: Path) -> None:
    fill(small_disk)
    with pytest.raises(NoRoom, match=r"the disk of the database .* is full") as caught:
        open_store(small_disk / "zmqchat.db")
    assert caught.value.code is Code.DATA_DIRECTORY


_FLOOD = """
import sys
from contextlib import suppress
from pathlib import Path
from tests.storage.values import extended, founded, post, room
from zmqchat.errors import ChatError
from zmqchat.storage import open_store
from zmqchat.storage.room import BASE
store, before = open_store(sys.argv[1]), room()
place = store._backend.place()
founded(store, before)
for number in range(1_000):
    events, after = extended(before, *[post(b"%07d" % number * 1000)] * 8)
    try:
        store.writer.commit(events, [after])
    except ChatError as error:
        said = error.message
        if "its disk is full" in said:
            break
        continue  # the disk itself was asked first, and the next commit makes room
    before = after
    assert place.log <= place.ballast + place.free, (place.log, place.ballast, place.free)
print(number, before.seq, place.log, place.ballast, place.free, said, flush=True)
input()
"""


def test_a_killed_writer_that_filled_its_disk_leaves_a_log_that_can_be_emptied(
    small_disk: Path,
) -> None:
    database = small_disk / "zmqchat.db"
    words = [sys.executable, "-c", _FLOOD, str(database)]
    with subprocess.Popen(words, stdin=-1, stdout=-1, text=True) as flood:
        assert flood.stdout is not None
        said = flood.stdout.readline()
        fill(small_disk)
        flood.send_signal(signal.SIGKILL)
    assert "its disk is full" in said
    written = int(said.split()[1])
    place = SqlitePlace(database)
    with closing(open_store(database)) as store:
        assert place.log < MIB
        assert texts_count(store) == written
        assert verify(store).findings == ()
    assert small_disk.joinpath("others").exists()


def texts_count(store: Store) -> int:
    """How many events there are in the room."""
    (found,) = [each.seq for each in (store.load() or pytest.fail("no realm")).rooms]
    return found
