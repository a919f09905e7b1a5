"""The window in another language, whose texts all stand in ⟦brackets⟧."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, Qt
from zmqchat_gui.app.language import TRANSLATIONS, speak
from zmqchat_gui.viewmodels import words

from tests.gui.fakes import event
from tests.gui.views.stage import Stage

_SCRIPT = Path(__file__).parents[3] / "scripts" / "translations"
_ESPERANTO = QLocale("eo")

# Names of people, rooms and keys, figures, times and dates (QLocale has those).
_OWN = re.compile(
    r"^(maja|ada|general|#general|zmqchat|MZ?|hello|Monday, 2 March|[\d:.,%/ –-]*|[^\w]+)$"
)


def scripts(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(_SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


@pytest.fixture(scope="module")
def esperanto(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a whole translation."""
    directory = tmp_path_factory.mktemp("i18n")
    done = scripts("pseudo", str(directory / "zmqchat_eo.ts"))
    assert done.returncode == 0, done.stderr
    return directory


@pytest.fixture
def translated(esperanto: Path) -> Iterator[None]:
    translator = speak(_ESPERANTO, esperanto)
    assert translator is not None
    yield
    QCoreApplication.removeTranslator(translator)


@pytest.fixture
def stage(translated: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = Stage(tmp_path, monkeypatch)
    yield made
    made.close()


def in_english(stage: Stage) -> set[str]:
    """Names of things in the window that were not translated."""
    return {name for name in stage.names() if "⟦" not in name and not _OWN.search(name)}


def test_every_translation_is_whole() -> None:
    done = scripts("check")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.usefixtures("translated")
def test_python_speaks_it() -> None:
    assert words.say("Yesterday") == "⟦Yesterday⟧"
    assert words.count(2, "{} member", "{} members") == "⟦2 members⟧"


def test_a_language_without_a_translation_is_english(tmp_path: Path) -> None:
    assert speak(_ESPERANTO, tmp_path) is None
    assert words.say("Yesterday") == "Yesterday"


def test_the_translations_are_where_they_are_looked_for() -> None:
    assert TRANSLATIONS.parent.name == "zmqchat_gui"


def test_nothing_on_the_connect_page_stays_in_english(stage: Stage) -> None:
    assert in_english(stage) == set()


@pytest.mark.parametrize(
    ("keys", "modifiers"),
    [
        (None, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier),
    ],
)
def test_nothing_in_the_chat_stays_in_english(
    stage: Stage, keys: Qt.Key | None, modifiers: Qt.KeyboardModifier
) -> None:
    stage.enter("general")
    stage.load("general", event(1, text="hello"))
    if keys is not None:
        stage.key(keys, modifiers)
        stage.settle(300)
    assert in_english(stage) == set()
