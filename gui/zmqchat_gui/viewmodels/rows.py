"""A list of rows for QML: each row an object, each role one of its attributes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from zmqchat_gui.viewmodels.qt import Property

Index = QModelIndex | QPersistentModelIndex
_FIRST_ROLE = int(Qt.ItemDataRole.UserRole) + 1


class Rows(QAbstractListModel):
    """The base of the models. `ROLES` names the roles; `value` gives one of a row."""

    ROLES: ClassVar[tuple[str, ...]] = ()

    countChanged = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Any] = []
        self._role_names = {
            _FIRST_ROLE + place: QByteArray(name.encode()) for place, name in enumerate(self.ROLES)
        }
        self._names = dict(enumerate(self.ROLES, _FIRST_ROLE))

    @Property(int, notify=countChanged)
    def count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def roleNames(self) -> dict[int, QByteArray]:
        return self._role_names

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, name = index.row(), self.role_name(role)
        if name is None or not 0 <= row < self.rowCount():
            return None
        try:
            return self.value(row, name)
        except Exception:  # noqa: BLE001 - whatever it is: out of here it would end the process
            sys.excepthook(*sys.exc_info())
            return None

    def role_name(self, role: int) -> str | None:
        """What a role's number stands for."""
        return self._names.get(role)

    def value(self, row: int, role: str) -> Any:
        """One role of a row."""
        return getattr(self._rows[row], role)

    def touch(self, *roles: str) -> None:
        """Roles of all rows may have other values: those in sight are read again."""
        rows = self.rowCount()
        if rows:
            numbers = [number for number, name in self._names.items() if name in roles]
            self.dataChanged.emit(self.index(0), self.index(rows - 1), numbers)

    def replace(self, rows: Iterable[Any]) -> None:
        """Shows other rows, moving as little as it can: equal rows stay where they are."""
        fresh = list(rows)
        first, last = _differing(self._rows, fresh)
        old, new = len(self._rows) - last, len(fresh) - last
        if old - first == new - first:
            self._rows = fresh
            if new > first:
                self.dataChanged.emit(self.index(first), self.index(new - 1))
            return
        if old > first:
            self.beginRemoveRows(QModelIndex(), first, old - 1)
            self._rows = self._rows[:first] + self._rows[old:]
            self.endRemoveRows()
        if new > first:
            self.beginInsertRows(QModelIndex(), first, new - 1)
            self._rows = fresh
            self.endInsertRows()
        self.countChanged.emit()


def _differing(old: Sequence[Any], new: Sequence[Any]) -> tuple[int, int]:
    """How many rows are equal at the beginning, and how many of the others at the end."""
    shorter = min(len(old), len(new))
    first = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    rest = shorter - first
    last = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    return first, last
