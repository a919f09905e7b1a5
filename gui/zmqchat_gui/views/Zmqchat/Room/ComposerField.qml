import QtQuick
import QtQuick.Templates as T
import Zmqchat.Controls
import Zmqchat.Theme
import Zmqchat.ViewModels

// The text that is being written. It grows to a third of the pane, then it scrolls.
Flickable {
    id: scroll

    required property Composer composer
    required property CompletionList completions
    readonly property alias area: area
    readonly property int answered: composer.replySeq
    property int tallest: 200

    function follow(cursor: rect) {
        const low = cursor.y + cursor.height + area.bottomPadding - height;
        contentY = Math.max(Math.min(contentY, Math.max(0, cursor.y - area.topPadding)), low);
    }

    // Another room's composer: its text takes the place of the one before.
    function take() {
        const cursor = composer.cursor;
        area.text = composer.text;
        area.cursorPosition = cursor;
    }

    onComposerChanged: take()
    onAnsweredChanged: if (answered)
        area.forceActiveFocus()
    implicitHeight: Math.min(tallest, area.implicitHeight)
    contentHeight: area.implicitHeight
    clip: true
    boundsBehavior: Flickable.StopAtBounds
    ScrollBar.vertical: ScrollBar {}

    T.TextArea {
        id: area

        objectName: "composerText"
        width: scroll.width
        height: implicitHeight
        implicitHeight: Math.max(contentHeight + topPadding + bottomPadding, Math.round(48 * Theme.scale))
        leftPadding: 4
        rightPadding: 4
        topPadding: Math.round(14 * Theme.scale)
        bottomPadding: Math.round(14 * Theme.scale)
        selectByMouse: true
        wrapMode: TextEdit.Wrap
        textFormat: TextEdit.PlainText
        color: Theme.color.text
        selectionColor: Theme.color.selection
        selectedTextColor: Theme.color.text
        font.family: Theme.sans
        font.pixelSize: Theme.body
        KeyNavigation.priority: KeyNavigation.BeforeItem
        Accessible.name: scroll.composer.placeholder
        Accessible.multiLine: true
        Component.onCompleted: scroll.take()
        onCursorRectangleChanged: scroll.follow(cursorRectangle)
        onTextChanged: scroll.composer.text = text
        onCursorPositionChanged: scroll.composer.cursor = cursorPosition
        Keys.onShortcutOverride: event => event.accepted = event.key === Qt.Key_Escape && keys.escapes
        Keys.onPressed: event => event.accepted = keys.press(event)

        Label {
            x: area.leftPadding
            y: area.topPadding
            width: parent.width - 2 * x
            visible: !area.length && !area.preeditText
            text: scroll.composer.placeholder
            font.pixelSize: Theme.body
            color: Theme.color.textFaint
            Accessible.ignored: true
        }
    }

    ComposerKeys {
        id: keys

        composer: scroll.composer
        completions: scroll.completions
        area: area
    }

    Connections {
        target: scroll.composer

        function onReplaced(text: string, cursor: int) {
            area.text = text;
            area.cursorPosition = cursor;
            area.forceActiveFocus();
        }
    }
}
