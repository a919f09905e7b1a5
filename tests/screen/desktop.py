"""A desktop without a screen: X server, session bus, window manager, accessibility bus.

What it needs of the system is in `scripts/screen`, which says what is missing.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Self

from tests.screen.processes import Program, Programs
from tests.screen.reading import Reader
from tests.support.waiting import eventually

_LAUNCHER = "at-spi-bus-launcher"
_LIBEXEC = ("/usr/libexec", "/usr/lib/at-spi2-core", "/usr/lib/at-spi2")
_NOT_OURS = ("WAYLAND_DISPLAY", "XAUTHORITY", "AT_SPI_BUS_ADDRESS", "QT_QPA_PLATFORM")


class Desktop:
    """Everything that a client finds on a person's desktop; it ends with the context."""

    reader: Reader

    def __init__(self, directory: Path, size: tuple[int, int] = (1600, 1000)) -> None:
        self.directory = directory
        self.size = size
        self.environment = {
            name: value for name, value in os.environ.items() if name not in _NOT_OURS
        }
        self._programs = Programs(directory / "logs")

    def start(self, *command: str, **environment: str) -> Program:
        """Starts a program on this desktop; it ends with the desktop at the latest."""
        return self._programs.start(command, {**self.environment, **environment})

    def run(self, *command: str) -> str:
        """Runs a program on this desktop to its end; what it printed."""
        return subprocess.run(
            command, env=self.environment, check=True, capture_output=True, text=True, timeout=30
        ).stdout

    def xdotool(self, *words: str) -> str:
        """Keys, clicks and windows."""
        return self.run("xdotool", *words).strip()

    def finds(self, *words: str) -> list[str]:
        """The windows that `xdotool search` finds, which may be none."""
        found = subprocess.run(
            ("xdotool", "search", "--all", *words),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=30,
        )
        return found.stdout.split()

    def picture(self, name: str) -> Path:
        """Writes what is on the screen to a file in this desktop's directory."""
        path = self.directory / f"{name}.png"
        self.run("import", "-window", "root", str(path))
        return path

    def owns_name(self, name: str) -> bool:
        """Whether somebody on the session bus has this name."""
        words = ("--session", "--print-reply", "--dest=org.freedesktop.DBus", "/")
        asked = ("org.freedesktop.DBus.NameHasOwner", f"string:{name}")
        return "true" in self.run("dbus-send", *words, *asked)

    # ── inside ───────────────────────────────────────────────────────────────────────────────────

    def _begin(self) -> None:
        # Sockets are in it: a path of pytest's would be too long for one.
        runtime = tempfile.TemporaryDirectory(prefix="zmqchat-screen-")
        self.environment["XDG_RUNTIME_DIR"] = self._programs.enter_context(runtime)
        for kind in ("config", "cache", "data"):
            self.environment[f"XDG_{kind.upper()}_HOME"] = str(self.directory / "desktop" / kind)
        self.environment |= {"TZ": "UTC", "LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
        screen = "{}x{}x24".format(*self.size)
        server = ("Xvfb", "-displayfd", "{}", "-screen", "0", screen, "-noreset")
        self.environment["DISPLAY"] = ":" + self._programs.ask(server, self.environment)
        bus = ("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address={}")
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self._programs.ask(bus, self.environment)
        self.start("openbox")
        self.start(_launcher(), "--launch-immediately")
        eventually(self._has_window_manager)
        self.reader = Reader(self.environment)
        self._programs.callback(self.reader.close)

    def _has_window_manager(self) -> bool:
        asked = ("xdotool", "get_num_desktops")
        return subprocess.run(asked, env=self.environment, capture_output=True).returncode == 0

    def __enter__(self) -> Self:
        try:
            self._begin()
        except BaseException:
            self._programs.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._programs.close()


def _launcher() -> str:
    """The accessibility bus: started here, so that it ends here."""
    for directory in _LIBEXEC:
        path = Path(directory) / _LAUNCHER
        if path.exists():
            return str(path)
    raise AssertionError(f"{_LAUNCHER} is not there: scripts/screen says what is missing")
