"""No test of the desktop client needs a display."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QSettings
from PySide6.QtWidgets import QApplication
from zmqchat_gui.app.composition import Composition

from tests.support.realm import Person, Realm
from zmqchat.security.links import parse

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def application(qapp: QApplication) -> QApplication:
    """Timers and models need the application object; texts are as in English."""
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    return qapp


@pytest.fixture(autouse=True)
def tidy() -> Iterator[None]:
    """Objects of a test end on the thread that they live on, as the program sees to itself.

    Left to the collector, it may be a network thread that destroys them, with their timers and
    sockets, which Qt does not survive.
    """
    gc.freeze()  # what was there before need not be looked at
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture
def realm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realm]:
    with Realm(tmp_path_factory.mktemp("gui"), "--heartbeat", "1") as started:
        yield started


@pytest.fixture
def program(realm: Realm, tmp_path: Path) -> Iterator[Composition]:
    """The program of somebody who has not joined, on the server's machine."""
    store = QSettings(str(tmp_path / "desktop.ini"), QSettings.Format.IniFormat)
    composition = Composition(lambda: parse(realm.link), store)
    composition.app.start([])
    yield composition
    composition.close()


@pytest.fixture
def ada(realm: Realm) -> Person:
    return realm.person("ada")
