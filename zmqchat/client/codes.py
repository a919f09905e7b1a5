"""One-time codes as an application shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from zmqchat.client.events import moment, rfc3339
from zmqchat.protocol import replies


@dataclass(frozen=True, slots=True)
class OneTimeCode:
    """A code to be shown to one person once; it is good until `until` (UTC)."""

    code: str
    until: datetime

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {"code": self.code, "until": rfc3339(self.until)}


def code_of(reply: replies.ReplyBody) -> OneTimeCode:
    """The code that the server made."""
    assert isinstance(reply, replies.OneTimeCode)
    return OneTimeCode(reply.code, moment(reply.until_us))
