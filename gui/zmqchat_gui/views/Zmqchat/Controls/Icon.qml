import QtQuick
import QtQuick.Controls.impl
import Zmqchat.Theme

// A sign beside a text that says the same: not in the accessibility tree.
IconImage {
    property string glyph
    // at the usual size of text; it grows with it
    property int size: 18
    readonly property int drawn: Math.round(size * Theme.scale)

    source: glyph ? Theme.icon(glyph) : ""
    sourceSize: Qt.size(drawn, drawn)
    width: drawn
    height: drawn
    color: Theme.color.textMuted
    Accessible.ignored: true
}
