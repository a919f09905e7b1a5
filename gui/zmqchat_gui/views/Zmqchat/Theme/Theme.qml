// Everything about the looks that is not a shape of its own: colours, sizes, type, icons.
pragma Singleton

import QtQuick

QtObject {
    id: theme

    // 1 is the size that the client was drawn at
    property real scale: 1
    property bool dark: false
    readonly property Colors color: dark ? darkColors : lightColors

    readonly property int sm: 8
    readonly property int md: 12
    readonly property int lg: 16
    readonly property int xl: 20
    readonly property int xxl: 32
    // beside code, where its button is
    readonly property int gutter: 36

    readonly property int radius: 8
    readonly property int radiusLg: 12

    readonly property int tiny: Math.max(10, Math.round(11 * scale))
    readonly property int small: Math.max(10, Math.round(12 * scale))
    readonly property int label: Math.round(13 * scale)
    readonly property int body: Math.round(15 * scale)
    readonly property int title: Math.round(16 * scale)
    readonly property int heading: Math.round(22 * scale)

    readonly property int control: Math.round(34 * scale)
    readonly property int row: Math.round(32 * scale)
    readonly property int header: Math.round(60 * scale)
    readonly property int quick: 120
    // how much is left of what is not confirmed yet
    readonly property real pending: 0.6

    readonly property string sans: "Inter"
    readonly property string mono: "JetBrains Mono"

    readonly property list<color> people: ["#6a6ee8", "#6b7a8c", "#a87a10", "#c8641c", "#d64a5e", "#2f8f57", "#2f78c4", "#c2449a"]

    readonly property Colors darkColors: DarkColors {}
    readonly property Colors lightColors: LightColors {}

    // What the HTML of messages is shown with; it has classes, and no colours of its own.
    readonly property MessageStyle style: MessageStyle {
        color: theme.color
        code: theme.dark ? theme.darkCode : theme.lightCode
        mono: theme.mono
        body: theme.body
        tiny: theme.tiny
    }
    readonly property CodeColors darkCode: CodeColors {
        keyword: "#c792ea"
        name: "#82aaff"
        builtin: "#f7a76c"
        literal: "#c3e88d"
        number: "#f78c6c"
        comment: "#8b8e9c"
        sign: "#89ddff"
    }
    readonly property CodeColors lightCode: CodeColors {
        keyword: "#8b2fc9"
        name: "#2a50c8"
        builtin: "#a3480c"
        literal: "#2c6e1f"
        number: "#a3480c"
        comment: "#686b7a"
        sign: "#0b6675"
    }

    function icon(name: string): url {
        return Qt.resolvedUrl("../../icons/" + name + ".svg");
    }
}
