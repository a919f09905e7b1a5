"""Reference cycles are collected on the window's thread only, and all of them only in quiet."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from zmqchat_gui.app.collecting import Collector


class Case:
    """A collector that is told what there is, and what it collected."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.counts = (0, 0, 0)
        self.collected: list[int] = []
        self.collector = Collector(
            now=lambda: self.now, collect=self.collected.append, count=lambda: self.counts
        )

    def look(self, young: int, middle: int = 0, whole: int = 0) -> list[int]:
        self.counts = (young, middle, whole)
        self.collected.clear()
        self.collector.look()
        return list(self.collected)


@pytest.fixture
def case() -> Iterator[Case]:
    made = Case()
    yield made
    made.collector.close()


def test_few_objects_are_not_worth_a_look(case: Case) -> None:
    assert case.look(4_999, 10, 9) == []


def test_older_objects_are_looked_at_more_rarely(case: Case) -> None:
    assert case.look(5_000, 9) == [0]
    assert case.look(5_000, 10) == [1]


def test_all_is_collected_when_nothing_happens(case: Case) -> None:
    case.collector.touched()
    assert case.look(6_000, 10, 10) == [1]  # much was made since the last look
    case.now += 4.0
    assert case.look(100, 0, 11) == []  # it is quiet, and the person was there a moment ago
    case.now += 1.0
    assert case.look(100, 0, 11) == [2]


def test_all_is_collected_at_last_however_much_happens(case: Case) -> None:
    case.now += 599.0
    assert case.look(50_000, 10, 10) == [1]
    case.now += 1.0
    assert case.look(50_000, 10, 10) == [2]
    assert case.look(50_000, 10, 10) == [1]


def test_python_collects_again_once_it_is_closed() -> None:
    gc.enable()
    first = Collector()
    second = Collector()
    second.close()
    assert not gc.isenabled()
    first.close()
    assert gc.isenabled()


class Node(QObject):
    """Refers to itself, so that only the collector ends it."""

    def __init__(self, ended: list[int]) -> None:
        super().__init__()
        self.itself = self
        self.destroyed.connect(
            lambda: ended.append(threading.get_ident()), Qt.ConnectionType.DirectConnection
        )


def _churn() -> None:
    for _ in range(100_000):
        cycle: list[object] = []
        cycle.append(cycle)


def test_no_object_of_qt_ends_on_another_thread() -> None:
    collector = Collector()
    ended: list[int] = []
    try:
        for _ in range(10):
            Node(ended)
        thread = threading.Thread(target=_churn)
        thread.start()
        thread.join()
        assert ended == []
        collector.look()
    finally:
        collector.close()
    assert ended == [threading.get_ident()] * 10
