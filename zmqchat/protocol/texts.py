"""What no text holds: NUL, at which C ends a text, and halves of characters."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

_NEVER = re.compile("[\0\ud800-\udfff]")


def impossible_in(value: object) -> str | None:
    """What some text in a value has and no text may have ("a NUL character"); None: all are well.

    Looks into structs and lists, as deep as protocol values are.
    """
    if isinstance(value, str):
        found = _NEVER.search(value)
        if found is None:
            return None
        return "a NUL character" if found[0] == "\0" else "half a character (a lone surrogate)"
    if isinstance(value, msgspec.Struct):
        return _first(getattr(value, name) for name in value.__struct_fields__)
    return _first(value) if isinstance(value, list | tuple) else None


def _first(values: Iterable[object]) -> str | None:
    return next((found for each in values if (found := impossible_in(each))), None)
