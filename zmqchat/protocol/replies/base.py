"""What all replies have in common."""

from __future__ import annotations

import msgspec


class ReplyStruct(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """Bodies are maps with a `type`."""
