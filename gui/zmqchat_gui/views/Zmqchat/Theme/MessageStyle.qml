// The style sheet for the HTML of messages, in what Qt's rich text knows of CSS.
import QtQuick

QtObject {
    required property Colors color
    required property CodeColors code
    required property string mono
    required property int body
    required property int tiny
    readonly property int indent: Math.round(body * 1.4)
    // blanks are shown as they were typed, and what viewmodels/shown.py reads counts on it
    readonly property string blanks: "body { white-space: pre-wrap; }"
    readonly property string links: "a { color: " + color.accent + "; text-decoration: none; }" + "a.mention, span.mention { color: " + color.accent + "; background-color: " + color.accentSoft + "; font-weight: 600; }" + "a.me, span.me { color: " + color.warning + "; background-color: " + color.warningSoft + "; font-weight: 600; }"
    readonly property string snippets: "code { font-family: '" + mono + "'; font-size: " + (body - 2) + "px; color: " + color.codeText + "; background-color: " + color.codeFill + "; }" + "pre { font-family: '" + mono + "'; }"
    readonly property string paragraphs: "p { margin-top: 0px; margin-bottom: 8px; } p.tight { margin-bottom: 4px; }" + ".edited { color: " + color.textFaint + "; font-size: " + tiny + "px; }"
    readonly property string emoji: "p.emoji { font-size: " + Math.round(body * 2.2) + "px; }"
    readonly property string headings: "p.h1, p.h2, p.h3 { font-weight: 700; margin-top: 8px; margin-bottom: 6px; }" + "p.h1 { font-size: " + Math.round(body * 1.3) + "px; } p.h2 { font-size: " + Math.round(body * 1.15) + "px; }"
    readonly property string lists: "ul, ol { margin-top: 4px; margin-bottom: 8px; margin-left: " + indent + "px; margin-right: " + indent + "px; -qt-list-indent: 0; } li { margin-bottom: 4px; }"
    readonly property string tables: "table { border-style: solid; border-color: " + color.borderStrong + "; } hr { background-color: " + color.borderStrong + "; }"
    readonly property string marks: blanks + links + snippets + paragraphs + lists + tables
    readonly property string all: "<style>" + marks + emoji + headings + code.css + "</style>"
    readonly property string classless: "<style>" + marks + "</style>"
    readonly property string plain: "<style>" + blanks + "</style>"

    // Qt reads the whole sheet for every text: as much of it as there is use for.
    function css(html: string): string {
        return html.includes(" class=") ? all : html.includes("<") ? classless : plain;
    }
}
