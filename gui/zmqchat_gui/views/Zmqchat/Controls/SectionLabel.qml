import QtQuick
import Zmqchat.Theme

Label {
    color: Theme.color.textFaint
    font.pixelSize: Theme.tiny
    font.weight: Font.DemiBold
    font.letterSpacing: 0.7
    font.capitalization: Font.AllUppercase
    Accessible.role: Accessible.Heading
}
