import QtQuick

SettingRow {
    id: row

    property bool on
    signal switched(bool on)

    ToggleSwitch {
        text: row.title
        checked: row.on
        onToggled: row.switched(checked)
    }
}
