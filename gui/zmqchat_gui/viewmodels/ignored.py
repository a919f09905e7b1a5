"""Whom the person ignores, on all devices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import QObject
from PySide6.QtQml import QmlElement

from zmqchat.protocol.who import Who
from zmqchat_gui.viewmodels import words
from zmqchat_gui.viewmodels.faces import FacedRows
from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.qt import QmlUncreatable

QML_IMPORT_NAME = "Zmqchat.ViewModels"
QML_IMPORT_MAJOR_VERSION = 1


@dataclass(frozen=True, slots=True)
class Ignored:
    """Somebody who is ignored."""

    who: Who
    name: str
    title: str
    initials: str
    tint: int


@QmlElement
@QmlUncreatable("App.session.account.ignored")
class IgnoredModel(FacedRows):
    """By name. Roles: `name` (for `Account.ignore`), `title`, `initials`, `tint` int, `avatar`."""

    ROLES: ClassVar = ("name", "title", "initials", "tint", "avatar")

    def __init__(self, persons: Persons, parent: QObject | None = None) -> None:
        super().__init__(persons, parent)
        persons.ignoring.connect(self._show)
        persons.named.connect(self._show)

    def _show(self) -> None:
        people = [Who(user, name) for user, name in self._persons.ignored.items()]
        people.sort(key=lambda who: who.name.casefold())
        self.replace(_row(who, self._persons.title(who)) for who in people)


def _row(who: Who, title: str) -> Ignored:
    return Ignored(who, who.name, title, words.initials(title), words.tint(who.name))
