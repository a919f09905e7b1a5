"""Where a realm is reached, noted in its data directory for `zmqchat link` and local clients."""

from __future__ import annotations

import json
import os
from pathlib import Path


def write(data: Path, host: str, port: int) -> None:
    """Notes the host and port that clients dial, whole or not at all."""
    path = data / "address.json"
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(json.dumps({"host": host, "port": port}) + "\n", encoding="utf-8")
    temporary.replace(path)
