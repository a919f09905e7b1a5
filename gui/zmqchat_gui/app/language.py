"""The person's language: the window's texts in it, where there is a translation."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

TRANSLATIONS = Path(__file__).parents[1] / "i18n"


def speak(locale: QLocale | None = None, directory: Path = TRANSLATIONS) -> QTranslator | None:
    """Takes the first of the person's languages that there is a translation for (the system says
    which); None: texts are as they stand in the source, in English.

    Once the application object is there, before the first text is shown.
    """
    application = QCoreApplication.instance()
    translator = QTranslator(application)
    if not translator.load(locale or QLocale.system(), "zmqchat", "_", str(directory)):
        return None
    QCoreApplication.installTranslator(translator)
    return translator
