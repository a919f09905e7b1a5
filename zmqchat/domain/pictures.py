"""What a picture says of itself in its first bytes: its kind and its size. Nothing is decoded."""

from __future__ import annotations

import struct
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15, tables left out
_STANDALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length
_ANIMATED: Final = 0x02  # in the flags of a VP8X chunk

Size = tuple[int, int]


def picture_size(data: bytes) -> Size | None:
    """Width and height in pixels of a PNG, JPEG or WebP; None for anything else, or a part of one.

    None for an animated WebP too: a person's picture stands still.
    """
    if data.startswith(_PNG):
        return _png(data)
    if data.startswith(_JPEG):
        return _jpeg(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _webp(data)
    return None


def _png(data: bytes) -> Size | None:
    if len(data) < 33 or data[8:16] != b"\0\0\0\rIHDR":
        return None
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _jpeg(data: bytes) -> Size | None:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # fill bytes
            at += 1
        elif marker in _STANDALONE:
            at += 2
        elif marker in _FRAMES:
            return _jpeg_frame(data, at)
        else:
            length = int.from_bytes(data[at + 2 : at + 4], "big")
            if length < 2 or marker == 0xDA:  # the scan begins, and no frame was declared
                return None
            at += 2 + length
    return None


def _jpeg_frame(data: bytes, at: int) -> Size | None:
    if at + 9 > len(data):
        return None
    height, width = struct.unpack_from(">HH", data, at + 5)
    return width, height


def _webp(data: bytes) -> Size | None:
    if len(data) < 30 or int.from_bytes(data[4:8], "little") + 8 > len(data) + 1:
        return None
    kind = data[12:16]
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X" and not data[20] & _ANIMATED:
        width = int.from_bytes(data[24:27], "little") + 1
        return width, int.from_bytes(data[27:30], "little") + 1
    return None
