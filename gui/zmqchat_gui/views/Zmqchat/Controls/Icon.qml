import QtQuick
import QtQuick.Controls.impl
import Zmqchat.Theme

// A sign beside a text that says the same: not in the accessibility tree.
IconImage {
    property string glyph
    property int size: 18

    source: glyph ? Theme.icon(glyph) : ""
    sourceSize: Qt.size(size, size)
    width: size
    height: size
    color: Theme.color.textMuted
    Accessible.ignored: true
}
