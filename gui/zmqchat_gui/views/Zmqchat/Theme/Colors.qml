// The names of the colours; DarkColors and LightColors give their values.
import QtQuick

QtObject {
    required property color sidebar
    required property color surface
    required property color raised
    required property color field
    required property color hover
    required property color pressed
    required property color selected
    required property color border
    required property color borderStrong
    required property color text
    required property color textMuted
    required property color textFaint
    required property color accent
    required property color accentFill
    required property color accentHover
    required property color accentSoft
    required property color onAccent
    required property color mention
    required property color mentionLine
    required property color danger
    required property color dangerFill
    required property color dangerSoft
    required property color warning
    required property color warningSoft
    required property color success
    required property color successSoft
    required property color codeText
    required property color codeFill
    required property color selection
    required property color scrim
    required property color shadow
}
