"""The gallery decodes beside the window's thread, and keeps no more than it has room for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot
from zmqchat_gui.app.pictures import Gallery, PictureProvider

from tests.gui.app.test_imaging import encoded, image
from zmqchat.errors import ChatError

WAIT_MS = 10_000
NOTHING = QSize(1, 1)


@pytest.fixture
def gallery() -> Iterator[Gallery]:
    made = Gallery()
    yield made
    made.close()


def kept(qtbot: QtBot, gallery: Gallery, digest: str, data: bytes) -> bool:
    told: list[bool] = []
    gallery.keep(digest, data, told.append)
    assert told == [], "it is done beside this thread"
    qtbot.waitUntil(lambda: told != [], timeout=WAIT_MS)
    return told[0]


def test_a_picture_is_there_once_it_is_decoded(qtbot: QtBot, gallery: Gallery) -> None:
    assert gallery.url("ab") == ""
    assert kept(qtbot, gallery, "ab", encoded(image(64, 64), "PNG"))
    assert gallery.url("ab") == "image://people/ab"
    assert gallery.drawn("ab", QSize(30, 30)).size() == QSize(30, 30)


def test_what_is_no_picture_is_not_kept(qtbot: QtBot, gallery: Gallery) -> None:
    assert not kept(qtbot, gallery, "ab", b"<svg/>")
    assert gallery.url("ab") == ""
    assert gallery.drawn("ab", QSize(30, 30)).size() == NOTHING


def test_the_one_that_nobody_looked_at_goes_first(qtbot: QtBot, gallery: Gallery) -> None:
    data = encoded(image(2, 2), "PNG")
    told: list[bool] = []
    for number in range(256):
        gallery.keep(str(number), data, told.append)
    qtbot.waitUntil(lambda: len(told) == 256, timeout=WAIT_MS)
    assert gallery.url("0")
    kept(qtbot, gallery, "one more", data)
    assert [gallery.url(which) != "" for which in ("0", "1", "one more")] == [True, False, True]


def test_a_file_is_prepared_or_it_is_said_why_not(
    qtbot: QtBot, gallery: Gallery, tmp_path: Path
) -> None:
    results: list[bytes | ChatError] = []
    good = tmp_path / "me.png"
    good.write_bytes(encoded(image(64, 64), "PNG"))
    gallery.prepare(str(good), results.append)
    gallery.prepare(str(tmp_path / "none.png"), results.append)
    qtbot.waitUntil(lambda: len(results) == 2, timeout=WAIT_MS)
    assert isinstance(results[0], bytes)
    assert isinstance(results[1], ChatError)


def test_the_provider_says_the_size_of_what_it_gives(qtbot: QtBot, gallery: Gallery) -> None:
    kept(qtbot, gallery, "ab", encoded(image(64, 64), "PNG"))
    size = QSize()
    given = PictureProvider(gallery).requestImage("ab", size, QSize(48, 48))
    assert (given.size(), size) == (QSize(48, 48), QSize(48, 48))
