"""Pictures of others are decoded within bounds, and files become what the server takes."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QColor, QImage, QImageWriter
from zmqchat_gui.app.imaging import EDGE, decoded, prepared, rounded

from zmqchat.domain.pictures import picture_size
from zmqchat.errors import UsageError
from zmqchat.protocol.limits import PICTURE_BYTES

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>"


def image(width: int, height: int, colour: str = "#4477aa") -> QImage:
    made = QImage(width, height, QImage.Format.Format_ARGB32)
    made.fill(QColor(colour))
    return made


def noise(edge: int, alpha: int = 255) -> QImage:
    """Pixels that no format makes small."""
    made = QImage(edge, edge, QImage.Format.Format_ARGB32)
    value = 1
    for y in range(edge):
        for x in range(edge):
            value = value * 1103515245 + 12345 & 0x7FFFFFFF
            made.setPixel(x, y, alpha << 24 | value >> 7 & 0xFFFFFF)
    return made


def encoded(picture: QImage, kind: str) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(kind.encode())).write(picture)
    return bytes(buffer.data().data())


def png_that_declares(width: int, height: int) -> bytes:
    """A valid PNG of so many pixels, in few bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width // 8 + 1) * height), 9)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_square_of_known_size(kind: str) -> None:
    found = decoded(encoded(image(400, 300), kind))
    assert found.size() == QSize(EDGE, EDGE)


def test_a_small_picture_is_not_blown_up() -> None:
    assert decoded(encoded(image(20, 30), "PNG")).size() == QSize(20, 20)


@pytest.mark.qt_log_ignore("JPEG")  # libjpeg says what it thinks of it
@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        SVG,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"\xff\xd8\xff" + b"\0" * 100,
        b"RIFF\x20\0\0\0WEBPVP8 " + b"\0" * 20,
        png_that_declares(20_000, 20_000)[:PICTURE_BYTES],
        png_that_declares(513, 512),
        encoded(image(8, 8), "BMP"),
        encoded(noise(200), "PNG")[:1000],
    ],
    ids=[
        "nothing",
        "text",
        "svg",
        "png",
        "jpeg",
        "webp",
        "bomb",
        "too wide",
        "bmp",
        "cut off",
    ],
)
def test_what_is_none_stays_none(data: bytes) -> None:
    found = decoded(data)
    assert found.isNull() or found.size() == QSize(EDGE, EDGE)
    assert found.isNull() or data.startswith(b"\x89PNG"), "only a cut off one shows its beginning"


def test_too_many_bytes_are_not_looked_at() -> None:
    small = encoded(image(8, 8), "PNG")
    assert not decoded(small).isNull()
    assert decoded(small + bytes(PICTURE_BYTES)).isNull()


def test_a_jpeg_of_a_thousand_scans_is_not_decoded() -> None:
    jpeg = encoded(image(64, 64), "JPEG")
    assert decoded(jpeg[:-2] + b"\xff\xda\0\x02" * 1000 + jpeg[-2:]).isNull()


def test_a_file_is_cut_and_scaled_to_what_the_server_takes(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    path.write_bytes(encoded(image(3000, 1000), "JPEG"))
    data = prepared(str(path))
    assert picture_size(data) == (256, 256)
    assert len(data) <= PICTURE_BYTES


@pytest.mark.parametrize("alpha", [255, 120])
def test_a_picture_that_does_not_shrink_is_scaled_until_it_fits(tmp_path: Path, alpha: int) -> None:
    path = tmp_path / "noise.png"
    path.write_bytes(encoded(noise(300, alpha), "PNG"))
    data = prepared(str(path))
    size = picture_size(data)
    assert size is not None
    assert len(data) <= PICTURE_BYTES
    assert decoded(data).hasAlphaChannel()
    assert data.startswith(b"\x89PNG") is (alpha < 255)


def test_the_middle_is_what_stays(tmp_path: Path) -> None:
    wide = image(900, 300, "#ff0000")
    middle = QImage(wide)
    for x in range(300, 600):
        for y in range(300):
            middle.setPixelColor(x, y, QColor("#0000ff"))
    path = tmp_path / "wide.png"
    path.write_bytes(encoded(middle, "PNG"))
    found = QImage.fromData(prepared(str(path)))
    assert found.pixelColor(4, 128).blue() > 200
    assert found.pixelColor(251, 128).blue() > 200


@pytest.mark.parametrize("content", [b"", b"notes", SVG, encoded(noise(64), "PNG")[:60]])
def test_a_file_that_is_no_picture_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="Your picture stays as it was"):
        prepared(str(path))


def test_a_file_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        prepared(str(tmp_path / "none.png"))


def test_a_file_of_too_many_pixels_is_refused_before_they_are_decoded(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_that_declares(60_000, 60_000))
    with pytest.raises(UsageError, match="more pixels"):
        prepared(str(path))


def test_corners_are_round_and_the_middle_is_not() -> None:
    drawn = rounded(image(EDGE, EDGE), QSize(40, 40))
    assert drawn.size() == QSize(40, 40)
    assert drawn.pixelColor(0, 0).alpha() == 0
    assert drawn.pixelColor(20, 20) == QColor("#4477aa")
