import QtQuick
import Zmqchat.ViewModels

// What a row of the timeline is given, and what it asks for. Its parts are bound to this.
Item {
    id: message

    required property int index
    required property string room
    required property string key
    required property string kind
    required property int seq
    required property string sender
    required property string senderTitle
    required property string initials
    required property int tint
    required property string avatar
    required property bool mine
    required property bool mentionsMe
    required property string timeText
    required property string timeFull
    required property string dayText
    required property bool newLine
    required property bool continued
    required property var blocks
    // only the beginning of the text; and whether all of it is wanted, however tall
    required property bool cut
    required property bool whole
    required property string plain
    required property string delivery
    required property string failure
    required property bool edited
    required property bool redacted
    required property bool pinned
    required property int replySeq
    required property string replySender
    required property string replyText
    required property var reactions
    // what the person did to it that the server has not confirmed: "edited", "pinned" …
    required property var changing
    required property int threadCount
    required property int threadRoot
    required property bool canEdit
    required property bool canRedact
    required property Selection selection
    property bool marked: false
    // the keys act on it
    property bool focused: false
    readonly property bool unsent: delivery === "pending" || delivery === "waiting"
    readonly property bool chosen: selection.revision > 0 && selection.covers(index)
    readonly property bool footed: cut || redacted || reactions.length > 0 || (threadCount > 0 && threaded) || delivery !== "sent"
    // in a thread nobody needs to be told that it answers the first message
    property int impliedReply: 0
    property bool threaded: true
    property bool reactable: false
    property bool active: false
    signal reacted(string emoji)
    signal retryAsked
    signal discardAsked
    signal jumpAsked(int seq)
    signal threadAsked(int seq)
    signal addReactionAsked(Item from)
    signal unfoldAsked
    signal wholeAsked(bool whole)
}
