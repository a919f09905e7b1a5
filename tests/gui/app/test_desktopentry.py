"""The desktop's menu entry: what is written, where, and that desktops' own tools understand it."""

from __future__ import annotations

import configparser
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from zmqchat_gui.app import desktopentry

from zmqchat.errors import ChatError, Code

LINK = "zmqchat://127.0.0.1:5555/key?t=x"


@pytest.fixture(autouse=True)
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data directory of a person."""
    share = tmp_path / "share"
    monkeypatch.setenv("XDG_DATA_HOME", str(share))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("ZMQCHAT_HOME")
    return share


def read(path: Path) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path)
    return parser["Desktop Entry"]


def test_it_is_there_after_install_and_gone_after_remove(share: Path) -> None:
    said = list(desktopentry.install())
    entry = read(share / "applications" / "zmqchat.desktop")
    assert entry["MimeType"] == "x-scheme-handler/zmqchat;"
    assert entry["Icon"] == "zmqchat"
    icon = share / "icons/hicolor/scalable/apps/zmqchat.svg"
    assert icon.read_text().startswith("<svg")
    assert Path(entry["TryExec"]).is_absolute()
    assert entry["TryExec"] in said[0]
    assert "no longer" in next(desktopentry.remove())
    assert not [f for f in share.rglob("*") if f.is_file() and f.name != "mimeinfo.cache"]
    assert "was not" in next(desktopentry.remove())


def test_the_program_is_this_installations_own() -> None:
    first, *rest = desktopentry.command()
    assert Path(first).parent == Path(sys.executable).parent
    assert rest in ([], ["-m", "zmqchat"])


def test_the_home_of_profiles_goes_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Exec=/opt/z/zmqchat gui %u\n" in desktopentry.entry(["/opt/z/zmqchat"])
    monkeypatch.setenv("ZMQCHAT_HOME", "/srv/chat")
    text = desktopentry.entry(["/opt/z/zmqchat"])
    assert "Exec=env ZMQCHAT_HOME=/srv/chat /opt/z/zmqchat gui %u\n" in text


@pytest.mark.parametrize(
    ("program", "written"),
    [
        ("/opt/my apps/zmqchat", '"/opt/my apps/zmqchat"'),
        ("/opt/100%/zmqchat", "/opt/100%%/zmqchat"),
        ('/opt/a"b`c$d/zmqchat', '"/opt/a\\\\"b\\\\`c\\\\$d/zmqchat"'),
    ],
)
def test_odd_paths_are_quoted_as_the_specification_says(program: str, written: str) -> None:
    assert f"Exec={written} gui %u\n" in desktopentry.entry([program])


def test_where_nothing_can_be_written_one_line_says_so(
    share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share.write_text("a file is in the way")
    with pytest.raises(ChatError) as raised:
        list(desktopentry.install())
    assert raised.value.code is Code.DATA_DIRECTORY
    assert str(share) in raised.value.message


def test_without_the_desktops_tools_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert "desktop-file-utils" in list(desktopentry.install())[-1]


@pytest.mark.skipif(
    not (shutil.which("desktop-file-validate") and shutil.which("gio")),
    reason="needs desktop-file-utils and gio",
)
def test_the_desktops_own_tools_open_a_link_with_it(
    share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, heard = tmp_path / "my apps" / "zmqchat", tmp_path / "heard"
    program.parent.mkdir()
    os.mkfifo(heard)
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >"{heard}"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(desktopentry, "command", lambda: [str(program)])
    list(desktopentry.install())
    subprocess.run(["desktop-file-validate", desktopentry.entry_path()], check=True)
    opener = subprocess.Popen(["gio", "open", LINK])
    assert heard.read_text().splitlines() == ["gui", LINK]
    assert opener.wait(30) == 0
