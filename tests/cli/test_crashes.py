"""The error log of commands: only its owner reads it, and nothing is in it that people said."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
import sys
import threading
from collections.abc import Iterator

import pytest

from zmqchat.cli import crashes
from zmqchat.cli.places import crash_log

_SECRET = "the password is swordfish"


@pytest.fixture(autouse=True)
def process() -> Iterator[None]:
    """Puts back what `catch_all` changes of the process."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    root.handlers[:] = handlers


def _mode(path: os.PathLike[str]) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)  # noqa: PTH116


def test_it_is_made_private_whatever_the_umask(capsys: pytest.CaptureFixture[str]) -> None:
    before = os.umask(0)
    try:
        crashes.report("internal error", ValueError(_SECRET))
    finally:
        os.umask(before)
    assert _mode(crash_log()) == 0o600
    assert _mode(crash_log().parent) == 0o700
    assert str(crash_log()) in capsys.readouterr().err


def test_it_holds_neither_what_an_error_says_nor_the_commands_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["zmqchat", "send", "general", _SECRET])
    try:
        _fail(_SECRET)
    except ValueError as error:
        crashes.report("internal error", error)
    text = crash_log().read_text()
    assert "in _fail" in text
    assert "ValueError" in text
    assert _SECRET not in text + capsys.readouterr().err


def _fail(text: str) -> None:
    raise ValueError(text) from KeyError(text)


def test_what_nobody_catches_is_kept_too(capsys: pytest.CaptureFixture[str]) -> None:
    crashes.catch_all()
    thread = threading.Thread(target=_fail, args=(_SECRET,), name="reader")
    thread.start()
    thread.join()

    async def fail_unseen() -> None:
        task = asyncio.ensure_future(asyncio.to_thread(_fail, _SECRET))
        await asyncio.wait({task})
        asyncio.get_running_loop().call_soon(_fail, _SECRET)

    asyncio.run(fail_unseen())
    sys.excepthook(ValueError, ValueError(_SECRET), None)
    told = capsys.readouterr().err
    text = crash_log().read_text()
    assert text.count("in _fail") == 3
    assert told.count("zmqchat: internal error") == told.count("\n") == 4
    assert _SECRET not in text + told


def test_an_interrupt_that_nobody_catches_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    crashes.catch_all()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert capsys.readouterr() == ("", "")
    assert not crash_log().exists()


def test_it_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crashes, "_MOST_BYTES", 1000)
    for _ in range(50):
        crashes.report("internal error", ValueError())
    files = list(crash_log().parent.iterdir())
    assert len(files) == 2
    assert all(file.stat().st_size < 2000 and _mode(file) == 0o600 for file in files)


def test_a_link_in_its_place_is_not_followed(capsys: pytest.CaptureFixture[str]) -> None:
    crash_log().parent.mkdir(parents=True)
    elsewhere = crash_log().with_name("elsewhere")
    crash_log().symlink_to(elsewhere)
    crashes.report("internal error", ValueError())
    assert "nothing more could be logged" in capsys.readouterr().err
    assert not elsewhere.exists()
