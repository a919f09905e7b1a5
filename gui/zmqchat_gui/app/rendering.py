"""How the window is drawn: with which fonts, and by the graphics card, or by Qt itself where there
is none.

Without a card OpenGL is Mesa's llvmpipe, which paints the whole window for every blink of the text
cursor (1.8 % of a core with nothing happening); Qt's own painter does only what changed.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLoggingCategory
from PySide6.QtGui import QFontDatabase, QOffscreenSurface, QOpenGLContext
from PySide6.QtQuick import QQuickWindow, QSGRendererInterface

_RENDERER = 0x1F01  # GL_RENDERER
_EMOJI = "Noto Color Emoji"
_BY_PROCESSOR = ("llvmpipe", "softpipe", "swrast", "swiftshader")


def load_fonts(directory: Path) -> None:
    """Takes the bundled fonts, and emoji from them alone: alike everywhere, and none is missing."""
    for font in sorted(directory.glob("*.[to]tf")):
        QFontDatabase.addApplicationFont(str(font))
    QFontDatabase.setApplicationEmojiFontFamilies([_EMOJI])
    # A message in a script that no font here has would put a line a font on stderr, for each text.
    QLoggingCategory.setFilterRules("qt.text.font.db=false")


def choose_renderer() -> None:
    """Once the application object is there, before the first window."""
    if not _has_graphics_card():
        QQuickWindow.setGraphicsApi(QSGRendererInterface.GraphicsApi.Software)


def _has_graphics_card() -> bool:
    context, surface = QOpenGLContext(), QOffscreenSurface()
    surface.create()
    if not (context.create() and context.makeCurrent(surface)):
        return False
    try:
        name = str(context.functions().glGetString(_RENDERER) or "").casefold()
    finally:
        context.doneCurrent()
    return not any(driver in name for driver in _BY_PROCESSOR)
