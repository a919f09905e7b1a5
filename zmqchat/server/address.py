"""Where a realm is reached, noted in its data directory for `zmqchat link` and local clients.

Nothing depends on it but the link: a server whose disk is full serves all the same.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

from zmqchat.runtime.files import write_whole
from zmqchat.runtime.log import warn

log = logging.getLogger(__name__)


def write(data: Path, host: str, port: int) -> None:
    """Notes the host and port that clients dial, whole or not at all, unless they are noted so."""
    path = data / "address.json"
    content = (json.dumps({"host": host, "port": port}) + "\n").encode()
    try:
        if not path.exists() or path.read_bytes() != content:
            write_whole(path, content)
    except OSError as error:
        warn(log, "address not noted, so that links may be wrong", path=path, why=error.strerror)
