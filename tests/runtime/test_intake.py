"""What is ended: a connection that is ahead although the loop has looked; and nothing else."""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Iterator

import pytest

from tests.support.waiting import eventually
from zmqchat.runtime import intake
from zmqchat.runtime.intake import FRAME_BYTES, Intake, IntakeGuard

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what came in")

AHEAD, MOST = 1_000, 10_000


class Scene:
    """A connection and its intake; the test is the loop, and libzmq's thread that reads."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            self.peer = socket.create_connection(listening.getsockname())
            self.tcp, _ = listening.accept()
        self.asked = 0
        open_now = (self.tcp.fileno(), 10_000)  # the other one has just been closed
        self.intake = Intake("test", lambda: open_now, AHEAD, MOST, self._ask)
        self.intake.check()  # from here on it is reckoned

    def _ask(self) -> None:
        self.asked += 1

    def comes(self, size: int, *, read: bool = True) -> None:
        """The peer sends, and as a rule libzmq reads."""
        self.peer.sendall(bytes(size))
        while read and size:
            size -= len(self.tcp.recv(size))

    def is_ended(self) -> bool:
        """Whether a check now has ended the connection."""
        self.intake.check()
        return self.intake.ended > 0


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = Scene()
    yield scene
    scene.peer.close()
    scene.tcp.close()


def test_who_is_ahead_is_ended_once_the_loop_has_looked_and_found_nothing(scene: Scene) -> None:
    scene.comes(AHEAD + 1)
    assert not scene.is_ended()
    assert scene.asked == 1
    scene.intake.found_none()
    assert not scene.is_ended()  # that look may have begun before the bytes came
    scene.intake.found_none()
    assert scene.is_ended()
    assert scene.peer.recv(1) == b""


def test_who_is_not_ahead_stays(scene: Scene) -> None:
    scene.comes(AHEAD)
    for _ in range(5):
        scene.intake.found_none()
        assert not scene.is_ended()
    assert scene.asked == 0


def test_whole_messages_that_wait_are_waited_for(scene: Scene) -> None:
    scene.comes(3 * AHEAD)
    assert not scene.is_ended()
    for _ in range(3):
        scene.intake.took(scene.tcp.fileno(), AHEAD - FRAME_BYTES)
        scene.intake.found_none()
        assert not scene.is_ended()


def test_a_busy_loop_gives_everybody_a_turn(scene: Scene) -> None:
    scene.comes(AHEAD + 1)
    assert not scene.is_ended()
    for _ in range(2):
        scene.intake.took(4711, 10)
        assert not scene.is_ended()
    scene.intake.took(4711, 10)
    assert scene.is_ended()


def test_a_loop_that_does_not_look_lets_nobody_grow_without_end(scene: Scene) -> None:
    scene.comes(MOST)
    assert not scene.is_ended()
    scene.comes(1)
    assert scene.is_ended()


def test_what_the_kernel_holds_is_nobodys_memory(scene: Scene) -> None:
    scene.comes(MOST + 1, read=False)
    for _ in range(3):
        scene.intake.found_none()
        assert not scene.is_ended()


def test_messages_that_were_reckoned_too_long_give_no_credit(scene: Scene) -> None:
    for _ in range(1_000):
        scene.comes(40)
        scene.intake.took(scene.tcp.fileno(), 5)  # of 69 bytes, as it is reckoned
        assert not scene.is_ended()
    scene.comes(AHEAD + 1)
    scene.intake.check()
    for _ in range(2):
        scene.intake.found_none()
    assert scene.is_ended()


def test_another_connection_with_the_same_number_begins_anew(scene: Scene) -> None:
    scene.comes(AHEAD + 1)
    assert not scene.is_ended()
    other = Scene()
    os.dup2(other.tcp.fileno(), scene.tcp.fileno())
    for _ in range(3):
        scene.intake.found_none()
        assert not scene.is_ended()
    other.peer.close()
    other.tcp.close()


def test_the_guard_looks_by_itself(scene: Scene) -> None:
    guard = IntakeGuard()
    guard.watch(scene.intake)
    scene.comes(MOST + 1)
    eventually(lambda: scene.intake.ended)


def test_the_guard_looks_on_where_memory_cannot_be_read(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[None] = []

    def none_left() -> int:
        asked.append(None)
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(intake, "_resident_bytes", none_left)
    guard = IntakeGuard()
    guard.watch(scene.intake)
    eventually(lambda: len(asked) > 1)
    scene.comes(MOST + 1)
    eventually(lambda: scene.intake.ended)
