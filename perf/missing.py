"""Says in a line which target of make installs what an import did not find."""

from __future__ import annotations

import sys
from types import TracebackType


def say_what_installs(target: str) -> None:
    """To be called before anything is imported that is not Python's own or the harness's."""

    def told(kind: type[BaseException], error: BaseException, where: TracebackType | None) -> None:
        name = (error.name or "") if isinstance(error, ModuleNotFoundError) else ""
        if not name or name.partition(".")[0] == "perf":
            sys.__excepthook__(kind, error, where)
        else:
            print(f"perf: {name} is not installed here. Run: make {target}", file=sys.stderr)

    sys.excepthook = told
