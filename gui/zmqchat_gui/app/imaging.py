"""Bytes that somebody else made become a picture, within bounds; and a file one that others take.

Only formats that are named here are decoded, by Qt's reader for that format: a picture is never a
program (SVG), and its kind is told by its bytes. What it declares is looked at before its pixels.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter, QPainter, QPainterPath

from zmqchat.errors import UsageError
from zmqchat.protocol.limits import PICTURE_BYTES
from zmqchat_gui.viewmodels.words import say

EDGE: Final = 128
"""Pixels of a side, as pictures are kept: the largest that is shown, twice as fine."""

_DECLARED: Final = 512  # the server takes no larger ones
_SCANS: Final = 64  # a progressive JPEG of many tiny scans costs seconds of processor

_FILE_BYTES: Final = 64 * 1024 * 1024
_FILE_PIXELS: Final = 120_000_000
_SENT_EDGES: Final = (256, 192, 128, 96, 64)
_SENT_QUALITY: Final = 88

_MAGIC: Final = ((b"\x89PNG\r\n\x1a\n", b"png"), (b"\xff\xd8\xff", b"jpeg"), (b"GIF8", b"gif"))
_SHOWN: Final = frozenset({b"png", b"jpeg", b"webp"})


def kind_of(data: bytes) -> bytes:
    """The format that bytes begin like: png, jpeg, webp or gif; empty for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return b"webp"
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), b"")


def decoded(data: bytes) -> QImage:
    """A person's picture from the network, square, `EDGE` pixels; a null image where it is none."""
    kind = kind_of(data)
    if len(data) > PICTURE_BYTES or kind not in _SHOWN or _is_costly(kind, data):
        return QImage()
    held, reader = _reader(data, kind)
    size = reader.size()
    if not (0 < size.width() <= _DECLARED and 0 < size.height() <= _DECLARED):
        return QImage()
    image = reader.read()
    held.close()
    return _square(image, EDGE)


def prepared(path: str) -> bytes:
    """The picture in a file, cut to a square and scaled to what the server takes.

    UsageError says why not: it cannot be read, is no picture, or is larger than is sensible.
    """
    data = _read(Path(path))
    kind = kind_of(data)
    if not kind:
        raise _refusal("is no picture that can be used here: choose a PNG, JPEG, WebP or GIF")
    held, reader = _reader(data, kind)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.width() * size.height() > _FILE_PIXELS:
        raise _refusal("has more pixels than can be read here: make it smaller")
    if size.isValid():
        reader.setScaledSize(_reduced(size))
    image = _square(reader.read(), _SENT_EDGES[0])
    held.close()
    if image.isNull():
        raise _refusal("is damaged: choose another")
    return _encoded(image)


def rounded(image: QImage, size: QSize) -> QImage:
    """The picture at a size, with the corners of an avatar: a quarter of a side."""
    target = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
    target.fill(Qt.GlobalColor.transparent)
    painter = QPainter(target)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    corners = QPainterPath()
    side = min(size.width(), size.height())
    corners.addRoundedRect(target.rect(), side / 4, side / 4)
    painter.setClipPath(corners)
    smooth = Qt.TransformationMode.SmoothTransformation
    painter.drawImage(0, 0, image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth))
    painter.end()
    return target


def _is_costly(kind: bytes, data: bytes) -> bool:
    return kind == b"jpeg" and data.count(b"\xff\xda") > _SCANS


def _reader(data: bytes, kind: bytes) -> tuple[QBuffer, QImageReader]:
    """The reader of one format, and what it reads from: that must live as long."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(kind))
    reader.setAutoDetectImageFormat(False)
    reader.setDecideFormatFromContent(False)
    return buffer, reader


def _refusal(why: str) -> UsageError:
    return UsageError(say("This file {}. Your picture stays as it was.").format(say(why)))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as opened:
            data = opened.read(_FILE_BYTES + 1)
    except OSError as error:
        raise _refusal(say("cannot be read ({})").format(error.strerror)) from error
    if len(data) > _FILE_BYTES:
        raise _refusal("is larger than 64 MB: choose a smaller one")
    return data


def _reduced(size: QSize) -> QSize:
    """As few pixels as the cut needs: a JPEG is not decoded larger than that."""
    edge = 2 * _SENT_EDGES[0]
    if min(size.width(), size.height()) <= edge:
        return size
    return size.scaled(edge, edge, Qt.AspectRatioMode.KeepAspectRatioByExpanding)


def _square(image: QImage, edge: int) -> QImage:
    """Its middle, no larger than `edge`; a null image stays one."""
    if image.isNull():
        return image
    side = min(image.width(), image.height())
    cut = QRect((image.width() - side) // 2, (image.height() - side) // 2, side, side)
    square = image.copy(cut)
    if side > edge:
        mode = Qt.TransformationMode.SmoothTransformation
        square = square.scaled(edge, edge, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
    return square.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _encoded(image: QImage) -> bytes:
    """PNG where something shines through, JPEG else; as large as the server takes."""
    solid = not _shines_through(image)
    for edge in _SENT_EDGES:
        data = _written(_square(image, edge), solid)
        if len(data) <= PICTURE_BYTES:
            return data
    raise AssertionError("64 by 64 pixels always fit")


def _shines_through(image: QImage) -> bool:
    solid = image.convertToFormat(QImage.Format.Format_RGB32)
    return solid.convertToFormat(image.format()) != image


def _written(image: QImage, solid: bool) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"jpeg" if solid else b"png"))
    if solid:
        writer.setQuality(_SENT_QUALITY)
    writer.write(image.convertToFormat(QImage.Format.Format_RGB32) if solid else image)
    return bytes(buffer.data().data())
