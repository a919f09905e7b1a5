"""Where a realm is reached, noted in its data directory for `zmqchat link` and local clients."""

from __future__ import annotations

import json
import os
from pathlib import Path

from zmqchat.errors import Code, Unavailable


def write(data: Path, host: str, port: int) -> None:
    """Notes the host and port that clients dial, whole or not at all."""
    path = data / "address.json"
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(json.dumps({"host": host, "port": port}) + "\n", encoding="utf-8")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise Unavailable(
            Code.DATA_DIRECTORY,
            f"cannot write {path}: {error.strerror}; everything acknowledged is safe; see that "
            "the disk has room and that the directory is yours",
        ) from None
