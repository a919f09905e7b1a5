"""A directory in which somebody has put modules under the names of those that we import."""

from __future__ import annotations

from pathlib import Path

# Ours, what a start of Python imports by itself, what our children import first, and of Qt.
_NAMES = (
    *("zmqchat", "zmqchat/search", "zmqchat_gui", "perf", "tests"),
    *("sitecustomize", "usercustomize", "runpy", "encodings", "multiprocessing", "asyncio"),
    *("logging", "signal", "json", "sqlite3", "subprocess", "typing"),
    *("zmq", "msgspec", "nacl", "blake3", "cryptography", "sqlalchemy", "alembic", "emoji"),
    *("typer", "rich", "click", "prompt_toolkit", "platformdirs", "precis_i18n", "wcwidth"),
    *("prometheus_client", "PySide6", "shiboken6", "dbus_fast", "pip"),
)


class Traps:
    """The directory; `sprung` says what of it was imported or run."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._log = directory / "sprung"
        for name in _NAMES:
            for file in ("__init__.py", "__main__.py"):
                path = directory / name / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(
                    f"with open({str(self._log)!r}, 'a') as log: log.write('{name}/{file}\\n')\n"
                )

    def sprung(self) -> list[str]:
        """The files that were run, in their order."""
        return self._log.read_text().splitlines() if self._log.exists() else []
