"""Where a person's things live on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def home() -> Path:
    """`$ZMQCHAT_HOME`, or the platform's data directory: profiles, and this machine's realm."""
    chosen = os.environ.get("ZMQCHAT_HOME")
    return Path(chosen) if chosen else platformdirs.user_data_path("zmqchat", appauthor=False)
