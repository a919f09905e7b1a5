"""Who is told of typing, and when."""

from __future__ import annotations

from PySide6.QtCore import QObject
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.typists import TypingHere, TypingThere

from tests.gui.fakes import who


def test_the_others_are_told_once_and_of_the_end() -> None:
    told: list[bool] = []
    parent = QObject()
    typing = TypingThere(told.append, parent)
    for text in ("h", "he", "hel"):
        typing.typed(text)
    assert told == [True]
    typing.typed("")
    typing.typed("")
    assert told == [True, False]
    typing.typed("again")
    assert told == [True, False, True]


def test_ones_own_typing_is_not_shown() -> None:
    persons = Persons(who("maja"))
    here = TypingHere(persons)
    here.heard(who("maja"), on=True)
    assert here.text == ""
    here.heard(who("ada"), on=True)
    assert here.text == "ada is typing…"
    here.heard(who("ada"), on=False)
    assert here.text == ""
