import QtQuick
import QtQuick.Templates as T
import Zmqchat.Theme

T.TextField {
    id: field

    property string glyph
    property bool wrong: false

    implicitWidth: 260
    implicitHeight: Math.round(40 * Theme.scale)
    leftPadding: glyph ? 12 + Math.round(24 * Theme.scale) : 12
    rightPadding: 12
    hoverEnabled: true
    selectByMouse: true
    color: Theme.color.text
    placeholderTextColor: Theme.color.textFaint
    selectionColor: Theme.color.selection
    selectedTextColor: Theme.color.text
    verticalAlignment: TextInput.AlignVCenter
    font.family: Theme.sans
    font.pixelSize: Theme.body
    Accessible.name: placeholderText
    // Qt hides the name of a field for passwords with what is in it
    Accessible.description: echoMode === TextInput.Password ? placeholderText : ""

    Text {
        visible: !field.length && !field.preeditText
        x: field.leftPadding
        width: field.width - x - field.rightPadding
        height: field.height
        text: field.placeholderText
        textFormat: Text.PlainText
        font: field.font
        color: field.placeholderTextColor
        elide: Text.ElideRight
        verticalAlignment: Text.AlignVCenter
        Accessible.ignored: true
    }

    Icon {
        visible: field.glyph !== ""
        x: 12
        anchors.verticalCenter: parent.verticalCenter
        glyph: field.glyph
        size: 16
        color: Theme.color.textFaint
    }

    background: Rectangle {
        radius: Theme.radius
        color: Theme.color.field
        border.width: field.activeFocus ? 2 : 1
        border.color: field.wrong ? Theme.color.danger : field.activeFocus ? Theme.color.accent : field.hovered ? Theme.color.textFaint : Theme.color.borderStrong
    }
}
