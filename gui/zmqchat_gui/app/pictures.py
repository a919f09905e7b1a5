"""Pictures ready to be drawn: decoded beside the window's thread, as many as there is room for.

A view asks for one by `image://people/<digest>` and on its own thread only, when it is here: Qt's
reader threads hold locks that Python must not be waited for under.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QObject, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage
from PySide6.QtQuick import QQuickImageProvider

from zmqchat.errors import ChatError
from zmqchat_gui.app.imaging import decoded, prepared, rounded

PROVIDER: Final = "people"
_KEPT: Final = 256
"""Pictures, of 128 by 128 pixels of 4 bytes (`imaging.EDGE`): 16 MB."""


class Gallery(QObject):
    """The pictures of all servers' people, by digest; the one longest not looked at goes first."""

    _worked = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: OrderedDict[str, QImage] = OrderedDict()
        self._pool = QThreadPool(self, maxThreadCount=1)
        self._worked.connect(self._hand_over, Qt.ConnectionType.QueuedConnection)

    def url(self, digest: str) -> str:
        """Where the view finds a picture; "" while it is not here."""
        if digest not in self._kept:
            return ""
        self._kept.move_to_end(digest)
        return f"image://{PROVIDER}/{digest}"

    def keep(self, digest: str, data: bytes, done: Callable[[bool], None]) -> None:
        """Takes the bytes of a picture; `done` says whether they are one."""
        self._work(lambda: decoded(data), lambda image: self._decoded(digest, image, done))

    def prepare(self, path: str, done: Callable[[bytes | ChatError], None]) -> None:
        """A file's picture, cut and scaled to what the server takes, or why there is none."""

        def work() -> bytes | ChatError:
            try:
                return prepared(path)
            except ChatError as error:
                return error

        self._work(work, done)

    def drawn(self, digest: str, size: QSize) -> QImage:
        """A picture at a size, with round corners; one transparent pixel where it has gone."""
        image = self._kept.get(digest)
        if image is None:
            nothing = QImage(1, 1, QImage.Format.Format_ARGB32_Premultiplied)
            nothing.fill(Qt.GlobalColor.transparent)
            return nothing
        return rounded(image, size if size.width() > 0 and size.height() > 0 else image.size())

    def close(self) -> None:
        """Ends the work that is under way."""
        self._pool.clear()
        self._pool.waitForDone()

    def _decoded(self, digest: str, image: QImage, done: Callable[[bool], None]) -> None:
        if not image.isNull():
            self._kept[digest] = image
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        done(not image.isNull())

    def _work(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._pool.start(lambda: self._worked.emit(done, work()))

    def _hand_over(self, done: Callable[[Any], None], result: Any) -> None:
        done(result)


class PictureProvider(QQuickImageProvider):
    """Hands the gallery's pictures to the views of one engine."""

    def __init__(self, gallery: Gallery) -> None:
        super().__init__(QQuickImageProvider.ImageType.Image)
        self._gallery = gallery

    def requestImage(self, digest: str, size: QSize, wanted: QSize) -> QImage:
        """`size` is Qt's way to return the size: it is the image's own."""
        image = self._gallery.drawn(digest, wanted)
        size.setWidth(image.width())
        size.setHeight(image.height())
        return image
