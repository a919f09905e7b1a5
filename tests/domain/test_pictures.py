"""What pictures declare, kind by kind, and what is no picture."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zmqchat.domain.pictures import picture_size


def png(width: int, height: int) -> bytes:
    """The beginning of a PNG."""
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + header + b"\0" * 4


def _jpeg(width: int, height: int, frame: int = 0xC0) -> bytes:
    exif = b"\xff\xe1\0\x08Exif\0\0"
    sof = bytes([0xFF, frame]) + struct.pack(">HBHHB", 17, 8, height, width, 3) + b"\0" * 9
    return b"\xff\xd8" + exif + b"\xff\xff\xff\xc4\0\x04\0\0" + sof + b"\xff\xda\0\0"


def _riff(chunks: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def _lossy(width: int, height: int) -> bytes:
    return _riff(b"VP8 \x0a\0\0\0\x30\x01\0\x9d\x01\x2a" + struct.pack("<HH", width, height))


def _lossless(width: int, height: int) -> bytes:
    bits = (width - 1) | (height - 1) << 14
    return _riff(b"VP8L\x0a\0\0\0\x2f" + struct.pack("<I", bits) + b"\0" * 5)


def _extended(width: int, height: int, flags: int = 0x10) -> bytes:
    sizes = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return _riff(b"VP8X\x0a\0\0\0" + bytes([flags, 0, 0, 0]) + sizes)


_MAKERS = [png, _jpeg, _lossy, _lossless, _extended]


@pytest.mark.parametrize("make", _MAKERS)
@pytest.mark.parametrize(("width", "height"), [(1, 1), (512, 300), (13, 16_383)])
def test_the_size_is_read_as_it_is_declared(make: object, width: int, height: int) -> None:
    assert callable(make)
    assert picture_size(make(width, height)) == (width, height)


def test_a_progressive_jpeg_declares_its_size_too() -> None:
    assert picture_size(_jpeg(64, 48, 0xC2)) == (64, 48)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + b"\0" * 40,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>" * 2,
        b"BM" + b"\0" * 60,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        b"\xff\xd8\xff\xda" + b"\0" * 40,
        b"\xff\xd8\xff\xe0\0\0" + b"\0" * 40,
        _riff(b"VP8 " + b"\0" * 20),
        _extended(9, 9, flags=0x02),
        _jpeg(9, 9)[:26],
        b"\xff\xd8\xff\xd0\xff\xd9",
    ],
)
def test_what_is_no_picture_or_moves_has_no_size(data: bytes) -> None:
    assert picture_size(data) is None


@pytest.mark.parametrize("make", _MAKERS)
def test_a_part_of_a_picture_is_none(make: object) -> None:
    assert callable(make)
    whole = make(100, 100)
    assert picture_size(whole[:20]) is None


@given(
    st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\0\0\0WEBPVP8X"]),
    st.binary(max_size=200),
)
def test_no_bytes_break_it(start: bytes, rest: bytes) -> None:
    size = picture_size(start + rest)
    assert size is None or len(size) == 2
