"""Where the command line keeps things: `$ZMQCHAT_HOME`, or the platform's data directory."""

from __future__ import annotations

from pathlib import Path

from zmqchat.runtime.places import home


def realm_directory(chosen: Path | None) -> Path:
    """The data directory of this machine's realm: what `--data` says, or the usual place."""
    return (chosen or home() / "realm").expanduser()


def crash_log() -> Path:
    """Where tracebacks go."""
    return home() / "errors.log"
