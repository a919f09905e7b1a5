"""Rows that show people: a picture is asked for when its row is looked at, not before."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtCore import QObject

from zmqchat_gui.viewmodels.persons import Persons
from zmqchat_gui.viewmodels.rows import Rows

_AVATAR = "avatar"


class FacedRows(Rows):
    """The base of such models: role `avatar` is the picture's url, "" for initials.

    `FACE` names the attribute of a row that has the person (a `Who`; None for nobody).
    """

    FACE: ClassVar = "who"

    def __init__(self, persons: Persons, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._persons = persons
        persons.pictured.connect(self._pictured)

    def _pictured(self) -> None:
        self.touch(_AVATAR)

    def value(self, row: int, role: str) -> Any:
        if role != _AVATAR:
            return super().value(row, role)
        who = getattr(self._rows[row], self.FACE)
        return self._persons.avatar(who) if who is not None else ""
