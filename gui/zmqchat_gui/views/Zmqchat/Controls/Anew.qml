import QtQuick

// What it shows is about one object, and is made anew for another: a list that is given other rows
// keeps items of the ones before, and a menu or a question what it was opened for. (A Loader takes
// their context from what it lets go of, and what that has put off with Qt.callLater fails.)
FocusScope {
    id: slot

    property QtObject subject
    // has a required property `subject`
    property Component view
    property Item item
    // both are there: while one is given the other, it would be made twice
    property bool complete: false

    function show() {
        if (item) {
            item.visible = false;
            item.destroy();
        }
        item = subject && complete ? view.createObject(slot, {
            subject: subject
        }) as Item : null;
    }

    implicitWidth: item?.implicitWidth ?? 0
    onSubjectChanged: show()
    onViewChanged: show()
    Component.onCompleted: {
        complete = true;
        show();
    }
}
