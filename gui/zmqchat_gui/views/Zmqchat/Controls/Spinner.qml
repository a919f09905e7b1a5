import QtQuick
import Zmqchat.Theme

// Turns only while it is seen: an idle window costs nothing.
Icon {
    id: spinner

    glyph: "refresh"
    color: Theme.color.textFaint
    Accessible.ignored: false
    Accessible.role: Accessible.Animation
    Accessible.name: qsTr("Working")

    RotationAnimator on rotation {
        running: spinner.visible
        from: 0
        to: 360
        duration: 1100
        loops: Animation.Infinite
    }
}
