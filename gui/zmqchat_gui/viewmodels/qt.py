"""Qt's decorators with types: to a type checker PySide6's own are `Any`, or no decorators."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

T = TypeVar("T")

if TYPE_CHECKING:
    from PySide6.QtCore import Signal

    class _Typed(Generic[T]):
        @overload
        def __get__(self, instance: None, owner: type) -> Self: ...
        @overload
        def __get__(self, instance: object, owner: type) -> T: ...
        def __get__(self, instance: object, owner: type) -> Any: ...
        def __set__(self, instance: object, value: T) -> None: ...
        def setter(self, change: Callable[[Any, T], None]) -> Self: ...

    def Property(
        kind: type | str, *, notify: Signal | None = None, constant: bool = False
    ) -> Callable[[Callable[[Any], T]], _Typed[T]]: ...

    def QmlUncreatable(reason: str) -> Callable[[type[T]], type[T]]: ...

else:
    from PySide6.QtCore import Property
    from PySide6.QtQml import QmlUncreatable

__all__ = ["Property", "QmlUncreatable"]
