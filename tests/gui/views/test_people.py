"""Members and their pictures in the window: many, found by name, ignored, and as they look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QMimeData, QSize, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtQuick import QQuickItem
from zmqchat_gui.viewmodels.pictures import digest_of

from tests.gui.app.test_imaging import encoded, image
from tests.gui.fakes import event, ignoring, who
from tests.gui.views.stage import Stage

PICTURE = encoded(image(64, 64, "#123456"), "PNG")


def person(name: str, presence: str = "online", picture: bytes = b"") -> dict[str, Any]:
    return {
        "name": name,
        "role": "member",
        "presence": presence,
        "online": presence == "online",
        "realm_role": "member",
        "display": "",
        "status": "",
        "picture": digest_of(picture),
        "active": True,
        "user_id": who(name).id,
        "former": [],
    }


def load(stage: Stage, *people: dict[str, Any]) -> None:
    """The server says who is in the room; what else it was asked stays open."""
    stage.resize(1200, 760)
    stage.gateway.list_people(stage.room.members, list(people))
    stage.gateway.asked.clear()
    stage.settle()


def shown(stage: Stage) -> list[str]:
    rows = sorted(stage.items("MemberRow"), key=lambda row: row.y())
    return [row.property("name") for row in rows]


def row_of(stage: Stage, name: str) -> QQuickItem:
    return next(row for row in stage.items("MemberRow") if row.property("name") == name)


def face_of(stage: Stage, initials: str) -> QQuickItem:
    """The avatar with these initials; a picture is in front of them."""
    return next(one for one in stage.items("Avatar") if one.property("initials") == initials)


def colour_in(stage: Stage, item: QQuickItem) -> QColor:
    middle = item.mapToScene(item.boundingRect().center()).toPoint()
    return stage.window.grabWindow().pixelColor(middle)


def test_a_picture_takes_the_place_of_initials_once_it_is_here(stage: Stage) -> None:
    session = stage.enter("general")
    session.account.portrait.work_in(stage.composition.gallery)
    load(stage, person("ada", picture=PICTURE), person("maja"))
    avatar = face_of(stage, "A")
    assert not avatar.property("pictured")
    stage.gateway.answer(PICTURE)
    stage.wait(lambda: avatar.property("pictured"))
    assert colour_in(stage, avatar) == QColor("#123456")


def test_a_broken_picture_leaves_the_initials(stage: Stage) -> None:
    broken = PICTURE[:40]
    session = stage.enter("general")
    session.account.portrait.work_in(stage.composition.gallery)
    load(stage, person("ada", picture=broken), person("maja"))
    stage.gateway.answer(broken)
    stage.settle(200)
    assert not any(item.property("pictured") for item in stage.items("Avatar"))
    assert stage.gateway.asked == []


def test_one_of_two_thousand_is_found_by_name(stage: Stage) -> None:
    stage.enter("general")
    load(stage, *(person(f"p{number:04}") for number in range(2000)), person("maja"))
    assert len(shown(stage)) < 60, "rows out of sight are not made"
    stage.press(stage.named("Find a member"))
    stage.type("1234")
    assert shown(stage) == ["p1234"]
    stage.key(Qt.Key.Key_Down)
    assert stage.window.activeFocusItem().property("name") == "p1234"
    stage.press(stage.named("Find a member"))
    stage.type("x")
    assert "Nobody here is called that." in stage.names()


def test_a_dropped_file_becomes_the_picture(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "me.png"
    file.write_bytes(PICTURE)
    session = stage.enter("general")
    session.account.portrait.work_in(stage.composition.gallery)
    stage.key(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    stage.press(stage.named("Account"))
    stage.gateway.asked.clear()
    drop(stage, stage.named("Choose a picture…"), QUrl.fromLocalFile(str(file)))
    stage.wait(lambda: len(stage.gateway.asked) == 1)
    stage.gateway.answer(None)
    stage.settle()
    assert "Picture changed." in stage.names()
    assert session.account.portrait.there


def drop(stage: Stage, item: QQuickItem, url: QUrl) -> None:
    """Drags a file over an item, and lets go."""
    data = QMimeData()
    data.setUrls([url])
    place = item.mapToScene(item.boundingRect().center())
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    keys = Qt.KeyboardModifier.NoModifier
    for happening in (
        QDragEnterEvent(place.toPoint(), copy, data, left, keys),
        QDragMoveEvent(place.toPoint(), copy, data, left, keys),
        QDropEvent(place, copy, data, left, keys),
    ):
        QCoreApplication.sendEvent(stage.window, happening)
    stage.settle()


def test_few_members_have_no_search_field(stage: Stage) -> None:
    stage.enter("general")
    load(stage, person("ada"), person("maja"))
    assert "Find a member" not in stage.names()


def test_somebody_is_ignored_in_the_list_of_members(stage: Stage) -> None:
    stage.enter("general")
    load(stage, person("ada"), person("maja"))
    stage.press(row_of(stage, "ada"))
    stage.press(stage.named("Ignore ada"))
    assert len(stage.gateway.asked) == 1


def test_a_folded_line_opens_with_a_press(stage: Stage) -> None:
    session = stage.enter("general")
    stage.load("general", event(1, "look at me", "bo"), event(2, "hello", "ada"))
    session._persons.ignore(ignoring("bo"))
    stage.settle()
    assert "look at me" not in " ".join(stage.names())
    stage.press(stage.named("Hidden: you ignore bo. Show"))
    assert "look at me" in " ".join(stage.names())


@pytest.mark.parametrize("size", [QSize(1200, 760), QSize(400, 640)])
@pytest.mark.parametrize("font", [15, 22])
def test_every_page_of_the_settings_fits_its_width(stage: Stage, size: QSize, font: int) -> None:
    session = stage.enter("general")
    session.account.administers(True)
    stage.app.settings.setProperty("fontSize", font)
    stage.resize(size.width(), size.height())
    stage.key(Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    for page in ("Window", "Notifications", "Account", "Devices", "Invitations"):
        stage.press(stage.named(page))
        scroll = stage.item("SettingsScroll")
        right = scroll.mapToScene(scroll.boundingRect().topRight()).x()
        for section in stage.items("SettingsSection"):
            for item in [section, *below(section)]:
                edge = item.mapToScene(item.boundingRect().topRight()).x()
                assert edge <= right + 1, f"{page}: {item} at {font}"
        if size.width() > 1000:
            heights = {item.height() for item in stage.items("Segmented")}
            assert len(heights) <= 1, f"{page}: choices are broken into lines"


def below(item: QQuickItem) -> list[QQuickItem]:
    """The visible controls in a section."""
    found = []
    for child in item.childItems():
        if child.isVisible() and child.width() > 0:
            found += [child, *below(child)]
    return found
