"""When somebody counts as away: decided on numbers, told to servers once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from zmqchat_gui.viewmodels.account import Account
from zmqchat_gui.viewmodels.idleness import Idleness, shown_presence, waits
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.settings import Settings

from tests.gui.fakes import FakeGateway, who


@pytest.mark.parametrize(
    ("idle_s", "minutes", "left"),
    [(0, 10, 600), (599, 10, 1), (600, 10, 0), (9000, 10, 0), (9000, 0, None), (60, 5, 240)],
)
def test_time_until_somebody_is_away(idle_s: float, minutes: int, left: float | None) -> None:
    assert waits(idle_s, minutes) == left


@pytest.mark.parametrize(
    ("chosen", "idle", "shown"),
    [
        ("online", False, "online"),
        ("online", True, "away"),
        ("away", False, "away"),
        ("away", True, "away"),
        ("hidden", False, "hidden"),
        ("hidden", True, "hidden"),
    ],
)
def test_what_was_chosen_by_hand_stands(chosen: str, idle: bool, shown: str) -> None:
    assert shown_presence(chosen, idle) == shown


class Clock:
    """Seconds that a test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(QSettings(str(tmp_path / "desktop.ini"), QSettings.Format.IniFormat))


def test_one_who_touches_nothing_leaves_and_comes_back_with_a_key(settings: Settings) -> None:
    clock = Clock()
    idleness = Idleness(settings, clock)
    seen: list[bool] = []
    idleness.changed.connect(lambda: seen.append(idleness.idle))
    clock.now += 9 * 60
    idleness.look()
    idleness.touched()
    clock.now += 9 * 60
    idleness.look()
    assert seen == []
    clock.now += 60
    idleness.look()
    idleness.look()
    assert seen == [True]
    idleness.touched()
    assert seen == [True, False]


def test_the_setting_counts_at_once(settings: Settings) -> None:
    clock = Clock()
    idleness = Idleness(settings, clock)
    clock.now += 6 * 60
    idleness.look()
    assert not idleness.idle
    settings.setProperty("awayAfter", 5)
    assert idleness.idle
    settings.setProperty("awayAfter", 0)
    assert not idleness.idle


def test_the_server_is_told_only_of_what_others_see() -> None:
    gateway = FakeGateway()
    account = Account(gateway, Persons(who("maja")))
    account.idle(True)
    assert (account.shownPresence, len(gateway.asked)) == ("away", 1)
    account.idle(False)
    assert (account.shownPresence, len(gateway.asked)) == ("online", 2)
    account.setProperty("presence", "hidden")
    account.idle(True)
    account.idle(False)
    assert (account.shownPresence, len(gateway.asked)) == ("hidden", 3)


def test_a_new_connection_is_told_what_it_cannot_know() -> None:
    gateway = FakeGateway()
    account = Account(gateway, Persons(who("maja")))
    account.online()
    assert gateway.asked == []
    account.idle(True)
    account.online()
    assert len(gateway.asked) == 2
