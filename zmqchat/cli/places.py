"""Where the command line keeps things: `$ZMQCHAT_HOME`, or the platform's data directory."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """The directory that holds this person's profiles, and the realm of this machine."""
    chosen = os.environ.get("ZMQCHAT_HOME")
    return Path(chosen) if chosen else platformdirs.user_data_path("zmqchat", appauthor=False)


def realm_directory(chosen: Path | None) -> Path:
    """The data directory of this machine's realm: what `--data` says, or the usual place."""
    return (chosen or home() / "realm").expanduser()


def crash_log() -> Path:
    """Where tracebacks go."""
    return home() / "errors.log"
