"""What the program has Qt draw with."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QLoggingCategory, QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QTextDocument
from zmqchat_gui.app.composition import VIEWS
from zmqchat_gui.app.rendering import load_fonts

# Few machines have a font for each of these.
_SCRIPTS = "अनिल བོད ខ្មែរ සිං မြန် ܣܘܪ ߒߞߏ ᠮᠣᠩ"


@pytest.mark.usefixtures("qapp")
def test_a_script_without_a_font_is_nothing_to_complain_of() -> None:
    said: list[str] = []

    def keep(_kind: QtMsgType, _context: QMessageLogContext, text: str | None) -> None:
        said.append(text or "")

    QLoggingCategory.setFilterRules("")
    load_fonts(VIEWS / "fonts")
    before = qInstallMessageHandler(keep)
    try:
        document = QTextDocument()
        document.setPlainText(_SCRIPTS)
        assert document.size().width() > 0
    finally:
        qInstallMessageHandler(before)
    assert said == []
