pragma ComponentBehavior: Bound

import QtQuick

// One row of the timeline. Its height is settled before it is shown, or the list would jump.
Message {
    id: row

    readonly property alias body: cell
    // not to be read out; the list sees to it
    readonly property bool unspoken: kind === "hidden"
    readonly property bool tall: cell.words.tall || cut

    // What a screen reader says of the message: what the eye sees of it.
    function spoken(): string {
        if (kind !== "message")
            return plain;
        const said = redacted ? qsTr("This message was deleted.") : plain;
        const marks = [edited && !redacted ? qsTr("edited") : "", pinned ? qsTr("pinned") : "", unsent || changing.length > 0 ? qsTr("not sent yet") : "", delivery === "failed" ? qsTr("not delivered: %1").arg(failure) : "", threadCount === 1 ? qsTr("1 reply") : threadCount > 1 ? qsTr("%1 replies").arg(threadCount) : "", ...reactions.map(one => qsTr("%1 %2").arg(one.emoji).arg(one.count))].filter(mark => mark);
        const answer = replySender ? qsTr("%1 answers %2").arg(senderTitle).arg(replySender) : senderTitle;
        return [qsTr("%1, %2: %3").arg(answer).arg(timeText).arg(said), ...marks].join(", ");
    }

    // Which block is there (x), and where in its text (y); a sentence is selected as a whole.
    function spotAt(x: real, y: real): point {
        if (kind !== "message" || redacted)
            return Qt.point(y < height / 2 ? 0 : 1, 0);
        const at = cell.words.mapFromItem(row, x, y);
        return cell.words.spotAt(at.x, at.y);
    }

    function linkAt(x: real, y: real): string {
        const at = cell.words.mapFromItem(row, x, y);
        return cell.words.linkAt(at.x, at.y);
    }

    active: hover.hovered || focused
    implicitHeight: column.implicitHeight
    Accessible.role: Accessible.ListItem
    // never spoken: which message of the log this is
    Accessible.id: room + "#" + seq
    Accessible.name: spoken()
    Accessible.focusable: true
    Accessible.selectable: true
    Accessible.selected: chosen
    Component.onCompleted: Accessible.ignored = unspoken
    onUnspokenChanged: Accessible.ignored = unspoken

    Column {
        id: column

        width: row.width
        Component.onCompleted: forceLayout()

        Loader {
            width: column.width
            active: row.dayText || row.newLine
            visible: active

            sourceComponent: Column {
                Component.onCompleted: forceLayout()

                DaySeparator {
                    width: parent.width
                    visible: row.dayText
                    day: row.dayText
                }

                NewLine {
                    width: parent.width
                    visible: row.newLine
                }
            }
        }

        Loader {
            width: column.width
            active: row.kind === "event" || row.kind === "folded"
            visible: active
            sourceComponent: row.kind === "folded" ? folded : happening
        }

        MessageCell {
            id: cell

            width: column.width
            visible: row.kind === "message"
            message: row
        }
    }

    HoverHandler {
        id: hover
    }

    Component {
        id: happening

        EventLine {
            sentence: row.plain
            time: row.timeText
            chosen: row.chosen
        }
    }

    Component {
        id: folded

        FoldedLine {
            sentence: row.plain
            onClicked: row.unfoldAsked()
        }
    }
}
