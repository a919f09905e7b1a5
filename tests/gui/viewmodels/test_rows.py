"""The base of the models."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from PySide6.QtCore import Qt
from zmqchat_gui.viewmodels.rows import Rows


class _Broken(Rows):
    ROLES: ClassVar[tuple[str, ...]] = ("name",)

    def value(self, row: int, role: str) -> Any:
        raise ValueError("a defect")


def test_a_row_that_cannot_be_read_is_told_and_ends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[type[BaseException]] = []
    monkeypatch.setattr("sys.excepthook", lambda kind, _error, _trace: told.append(kind))
    model = _Broken()
    model.replace(["one"])
    assert model.data(model.index(0), Qt.ItemDataRole.UserRole + 1) is None
    assert told == [ValueError]
