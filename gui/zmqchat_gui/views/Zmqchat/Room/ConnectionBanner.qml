import QtQuick
import Zmqchat.Controls
import Zmqchat.ViewModels

Banner {
    id: banner

    required property Session session

    visible: session.banner
    kind: session.ended ? "danger" : "warning"
    glyph: session.ended ? "alert" : "offline"
    message: session.bannerText
    detail: session.bannerDetail

    Button {
        kind: "quiet"
        implicitHeight: 26
        text: banner.session.ended ? qsTr("Connect again") : qsTr("Try now")
        onClicked: banner.session.reconnect()
    }
}
