import QtQuick

// What it shows is about one object, and is made anew for another: a list that is given other rows
// keeps items of the ones before, and a menu or a question what it was opened for.
FocusScope {
    id: slot

    property QtObject subject
    // has a required property `subject`
    property Component view
    property Item item

    function show() {
        if (item) {
            item.visible = false;
            item.destroy();
        }
        item = subject && view ? view.createObject(slot, {
            subject: subject
        }) as Item : null;
    }

    onSubjectChanged: show()
    onViewChanged: show()
}
