"""What all requests have in common."""

from __future__ import annotations

import msgspec


class RequestStruct(msgspec.Struct, frozen=True, tag_field="type", forbid_unknown_fields=True):
    """Bodies are maps with a `type`.

    A list in one has a length in its type: a longer one is refused before any of it is decoded.
    """
