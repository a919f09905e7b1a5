"""Settings are kept, and nonsense in their file is not believed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, QTime
from zmqchat_gui.viewmodels.settings import Settings


def made(path: Path) -> Settings:
    return Settings(QSettings(str(path / "desktop.ini"), QSettings.Format.IniFormat))


def test_what_is_set_is_there_after_a_restart(tmp_path: Path) -> None:
    first = made(tmp_path)
    first.setProperty("theme", "dark")
    first.setProperty("fontSize", 18)
    first.setProperty("quiet", True)
    first.servers = ["work"]
    first.set_last_room("work", "art")
    first.sync()
    again = made(tmp_path)
    assert (again.theme, again.fontSize, again.quiet) == ("dark", 18, True)
    assert (again.servers, again.last_room("work")) == (["work"], "art")


def test_nonsense_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "desktop.ini"
    path.write_text("[General]\ntheme=pink\nfontSize=900\nquietFrom=x\nwindowWidth=abc\n")
    settings = made(tmp_path)
    assert (settings.theme, settings.fontSize) == ("system", 24)
    assert (settings.quietFrom, settings.windowWidth) == ("22:00", 1180)


def test_dark_follows_the_desktop_unless_it_is_chosen(tmp_path: Path) -> None:
    settings = made(tmp_path)
    settings.system_is_dark(True)
    assert settings.dark
    settings.setProperty("theme", "light")
    assert not settings.dark


@pytest.mark.parametrize(
    ("hour", "named", "notify", "through"),
    [
        (12, True, "mentions", True),
        (12, False, "mentions", False),
        (12, False, "all", True),
        (12, True, "none", False),
        (23, True, "all", False),
        (3, True, "all", False),
        (7, True, "all", True),
    ],
)
def test_what_may_disturb(
    tmp_path: Path, hour: int, named: bool, notify: str, through: bool
) -> None:
    settings = made(tmp_path)
    settings.setProperty("quiet", True)
    settings.setProperty("notify", notify)
    assert settings.lets_through(named, QTime(hour, 0)) is through
