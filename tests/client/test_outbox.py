"""The outbox on disk: a process that dies leaves its sends to the next, and to one only."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.client.ids import new_id
from zmqchat.client.outbox import DiskOutbox
from zmqchat.client.outboxfile import OutboxFile
from zmqchat.errors import ChatError, Code
from zmqchat.protocol.requests import SendItem

PAGE = 4096


def items(count: int, size: int = 1) -> list[SendItem]:
    return [SendItem(new_id(), 1, "posted", b"%d" % n * size) for n in range(count)]


def files(directory: Path, pattern: str = "*.db") -> list[Path]:
    return sorted(directory.glob(pattern))


def left_behind(directory: Path, sends: list[SendItem]) -> Path:
    """The file of a process that is gone."""
    outbox = DiskOutbox(directory)
    outbox.add(sends)
    outbox.close()
    (path,) = files(directory)
    return path


def test_what_is_closed_is_taken_over_in_order(tmp_path: Path) -> None:
    sends = items(5)
    first = DiskOutbox(tmp_path)
    first.add(sends)
    first.remove([sends[0].id])
    first.close()
    with closing(DiskOutbox(tmp_path)) as second:
        assert second.take_over() == sends[1:]
        with closing(DiskOutbox(tmp_path)) as third:
            assert third.take_over() == []
        second.remove([send.id for send in sends])
    assert list(tmp_path.iterdir()) == []


def test_several_that_are_gone_are_taken_over_in_the_order_of_their_sends(tmp_path: Path) -> None:
    both = [DiskOutbox(tmp_path), DiskOutbox(tmp_path)]
    earlier, later = items(3), [SendItem(b"\xff" * 16, 1, "posted", b"later")]
    both[0].add(later)
    both[1].add(earlier)
    for outbox in both:
        outbox.close()
    with closing(DiskOutbox(tmp_path)) as next_one:
        assert next_one.take_over() == earlier + later


def test_a_living_process_keeps_its_sends(tmp_path: Path) -> None:
    with closing(DiskOutbox(tmp_path)) as first, closing(DiskOutbox(tmp_path)) as second:
        first.add(items(2))
        assert second.take_over() == []


def test_who_sends_nothing_writes_no_file(tmp_path: Path) -> None:
    with closing(DiskOutbox(tmp_path)) as outbox:
        outbox.take_over()
        outbox.remove([new_id()])
        outbox.clean()
        assert files(tmp_path) == []


def test_the_lock_of_one_that_died_before_it_sent_anything_is_swept(tmp_path: Path) -> None:
    (tmp_path / "0123456789abcdef.lock").touch()
    with closing(DiskOutbox(tmp_path)) as outbox:
        outbox.take_over()
        assert len(files(tmp_path, "*.lock")) == 1


def test_a_send_is_kept_once(tmp_path: Path) -> None:
    sends = items(2)
    with closing(DiskOutbox(tmp_path)) as outbox:
        outbox.add(sends)
        outbox.add([sends[1], sends[1]])
        assert outbox.take_over() == sends


def test_the_files_are_private(tmp_path: Path) -> None:
    path = left_behind(tmp_path, items(1))
    assert path.stat().st_mode & 0o077 == 0


# ── killed at any moment ─────────────────────────────────────────────────────────────────────────

_CHILD = """
import sys
from pathlib import Path
from zmqchat.client.outbox import DiskOutbox
from zmqchat.protocol.requests import SendItem

outbox = DiskOutbox(Path(sys.argv[1]))
number = 1000 * int(sys.argv[2])
for item in outbox.take_over():
    print("has", item.id[0] * 256 + item.id[1], flush=True)
while True:
    batch = [(number + n).to_bytes(2, "big") * 8 for n in range(3)]
    outbox.add([SendItem(id_, 1, "posted", b"x" * 2000) for id_ in batch])
    print("kept", number, flush=True)
    print("settles", number, flush=True)
    outbox.remove(batch[:1])
    print("settled", number, flush=True)
    number += 3
"""


def run_and_kill(directory: Path, number: int, lines: int) -> list[tuple[str, int]]:
    """What a process said that was killed after it had said so many lines."""
    process = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(directory), str(number)],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(lines)]
    process.send_signal(signal.SIGKILL)
    said += process.stdout.readlines()
    process.wait(30)
    process.stdout.close()
    return [(word, int(n)) for word, n in (line.split() for line in said if line.endswith("\n"))]


def test_no_kill_loses_a_send_or_doubles_one(tmp_path: Path) -> None:
    """Four processes, each taking over from the one before and killed in the middle of its work."""
    surely: set[int] = set()
    perhaps: set[int] = set()
    for number, lines in enumerate((7, 40, 90, 200), 1):
        for word, send in run_and_kill(tmp_path, number, lines):
            if word == "kept":
                surely |= {send, send + 1, send + 2}
            elif word == "settles":
                surely.discard(send)
                perhaps.add(send)
            elif word == "settled":
                perhaps.discard(send)
    with closing(DiskOutbox(tmp_path)) as outbox:
        left = [int.from_bytes(item.id[:2], "big") for item in outbox.take_over()]
        outbox.remove([number.to_bytes(2, "big") * 8 for number in left])
    assert len(left) == len(set(left))
    assert surely <= set(left)
    # The last thing that a process wrote may have come to the disk before it could say so.
    assert len(set(left) - surely) <= 4 * 3
    assert list(tmp_path.iterdir()) == []


def test_a_kill_between_taking_over_and_letting_go_doubles_nothing(tmp_path: Path) -> None:
    sends = items(3)
    path = left_behind(tmp_path, sends)
    copy = path.read_bytes()
    with closing(DiskOutbox(tmp_path)) as outbox:
        assert outbox.take_over() == sends
    path.write_bytes(copy)  # as if the process that took over had been killed before it let go
    with closing(DiskOutbox(tmp_path)) as outbox:
        assert outbox.take_over() == sends
        assert len(files(tmp_path)) == 1


@pytest.mark.parametrize("error", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_where_nothing_can_be_locked_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    def refuse(_descriptor: int, _operation: int) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(ChatError, match="cannot be used"):
        DiskOutbox(tmp_path)


def test_what_could_not_be_taken_over_is_left_for_the_next_attempt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here in the same process, as in the desktop client when there is room on the disk again."""
    sends = items(3)
    left_behind(tmp_path, sends)

    def full(_file: OutboxFile, _rows: object) -> None:
        raise ChatError(Code.STORAGE_FAILED, "The disk is full.")

    with monkeypatch.context() as patched, closing(DiskOutbox(tmp_path)) as first:
        patched.setattr(OutboxFile, "add", full)
        with pytest.raises(ChatError, match="full"):
            first.take_over()
    with closing(DiskOutbox(tmp_path)) as second:
        assert second.take_over() == sends


def test_a_file_of_another_user_is_told_and_keeps_nothing_else_back(tmp_path: Path) -> None:
    theirs = left_behind(tmp_path, items(1))
    theirs.with_suffix(".lock").mkdir()  # no process, not even root's, can open that to write
    sends = items(2)
    mine = DiskOutbox(tmp_path)
    mine.add(sends)
    mine.close()
    told: list[str] = []
    with closing(DiskOutbox(tmp_path, told.append)) as outbox:
        assert outbox.take_over() == sends
    (text,) = told
    assert str(theirs) in text
    assert theirs.exists()


# ── damage ───────────────────────────────────────────────────────────────────────────────────────


def test_a_file_without_its_first_page_is_read_all_the_same(tmp_path: Path) -> None:
    sends = items(50, 200)
    path = left_behind(tmp_path, sends)
    path.write_bytes(os.urandom(PAGE) + path.read_bytes()[PAGE:])
    told: list[str] = []
    with closing(DiskOutbox(tmp_path, told.append)) as outbox:
        assert outbox.take_over() == sends
    (text,) = told
    assert "50 could be read and will be sent" in text
    (aside,) = files(tmp_path, "*.damaged-*")
    assert str(aside) in text


@given(places=st.sets(st.integers(1, 60), min_size=1, max_size=5))
def test_what_other_pages_hold_is_read(
    tmp_path_factory: pytest.TempPathFactory, places: set[int]
) -> None:
    tmp_path = tmp_path_factory.mktemp("outbox")
    sends = items(200, 300)
    path = left_behind(tmp_path, sends)
    content = bytearray(path.read_bytes())
    pages = len(content) // PAGE
    for place in {2 + each % (pages - 2) for each in places}:  # neither the header nor the root
        content[place * PAGE : (place + 1) * PAGE] = b"\xa5" * PAGE
    path.write_bytes(content)
    told: list[str] = []
    with closing(DiskOutbox(tmp_path, told.append)) as outbox:
        found = outbox.take_over()
    whole = [send for send in sends if send.id in content]
    assert found == [send for send in sends if send in found]  # in order, nothing made up
    assert {send.id for send in whole} <= {send.id for send in found}
    assert len(told) == (len(found) < len(sends))


def test_a_send_that_was_altered_is_not_sent(tmp_path: Path) -> None:
    path = left_behind(tmp_path, [SendItem(new_id(), 1, "posted", b"pay him 100 euros")])
    path.write_bytes(path.read_bytes().replace(b"100 euros", b"900 euros"))
    told: list[str] = []
    with closing(DiskOutbox(tmp_path, told.append)) as outbox:
        assert outbox.take_over() == []
    assert "none could be read" in told[0]


def test_a_file_that_lost_all_but_its_log_is_read_from_that(tmp_path: Path) -> None:
    sends = items(50, 200)
    with closing(DiskOutbox(tmp_path)) as killed:
        killed.add(sends)
        (path,) = files(tmp_path)
        log = path.with_name(path.name + "-wal").read_bytes()
        killed.remove([send.id for send in sends])
    path.touch()
    path.with_name(path.name + "-wal").write_bytes(log)
    told: list[str] = []
    with closing(DiskOutbox(tmp_path, told.append)) as outbox:
        assert outbox.take_over() == sends
    assert len(told) == 1


def test_what_is_no_database_is_told_and_blocks_nobody(tmp_path: Path) -> None:
    left_behind(tmp_path, items(1)).write_bytes(b"no database " * 1000)
    told: list[str] = []
    with closing(DiskOutbox(tmp_path, told.append)) as outbox:
        assert outbox.take_over() == []
        outbox.add(items(1))
    assert len(told) == 1


def test_a_file_of_another_version_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = left_behind(tmp_path, items(1))

    def refuse(_file: OutboxFile) -> None:
        raise ChatError(Code.BAD_PROFILE, "written by another version")

    monkeypatch.setattr(OutboxFile, "read", refuse)
    told: list[str] = []
    with closing(DiskOutbox(tmp_path, told.append)) as outbox:
        assert outbox.take_over() == []
    assert "another version" in told[0]
    assert path.exists()


@pytest.mark.parametrize("act", ["add", "remove"])
def test_a_process_whose_file_is_damaged_writes_another_and_loses_nothing(
    tmp_path: Path, act: str
) -> None:
    sends, more = items(30, 500), items(2)
    outbox = DiskOutbox(tmp_path)
    outbox.add(sends)
    outbox.clean()
    (path,) = files(tmp_path)
    path.write_bytes(b"\xa5" * path.stat().st_size)
    log = path.with_name(path.name + "-wal")
    log.write_bytes(b"")
    outbox._file._database.pragma("shrink_memory")  # type: ignore[union-attr]
    if act == "add":
        outbox.add(more)
        expected = sends + more
    else:
        outbox.remove([sends[0].id])
        expected = sends[1:]
    outbox.close()
    with closing(DiskOutbox(tmp_path)) as second:
        assert second.take_over() == expected
