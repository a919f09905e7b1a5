"""Sizes that follow what is shown: dialogs as high as their page, icons as large as the text."""

from __future__ import annotations

from types import MappingProxyType

from PySide6.QtCore import QObject, QPointF, Qt
from zmqchat_gui.bridge import updates as up

from tests.gui.fakes import at
from tests.gui.views.stage import Stage
from zmqchat.client import RoomState

CONTROL = Qt.KeyboardModifier.ControlModifier


def popup(stage: Stage, kind: str) -> QObject:
    """The one popup of a QML type that is open."""
    (found,) = (
        child
        for child in stage.window.findChildren(QObject)
        if child.metaObject().className().startswith(f"{kind}_QML") and child.property("visible")
    )
    return found


def test_settings_are_as_high_as_their_page_under_tabs_that_stay(stage: Stage) -> None:
    stage.enter("general", "art")
    stage.key(Qt.Key.Key_Comma, CONTROL)
    heights, places = [], []
    for page in ("Window", "Notifications", "Account"):
        tab = stage.named(page)
        stage.press(tab)
        places.append(tab.mapToScene(QPointF(0, 0)).y())
        heights.append(popup(stage, "SettingsDialog").property("height"))
    assert len(set(places)) == 1
    assert heights[0] < heights[2] <= stage.window.height() - 48


def test_the_emoji_picker_shrinks_onto_its_button(stage: Stage) -> None:
    stage.enter("general")
    stage.press(stage.named("Insert an emoji"))
    picker = popup(stage, "EmojiPicker")
    height, bottom = picker.property("height"), picker.property("y") + picker.property("height")
    stage.type("broken heart")
    assert picker.property("height") < height / 2
    assert abs(picker.property("y") + picker.property("height") - bottom) <= 1


def test_icons_grow_with_the_text(stage: Stage) -> None:
    stage.enter("general")
    before = sorted(icon.width() for icon in stage.items("Icon"))
    stage.app.settings.setProperty("fontSize", 30)
    stage.settle()
    after = sorted(icon.width() for icon in stage.items("Icon"))
    assert max(after) > 1.4 * max(before)


def test_what_waits_stands_beside_a_long_name_where_one_goes(stage: Stage) -> None:
    """Also in a narrow window."""
    group = "@bartholomew.of.the.north,cornelia.of.the.south,ada"
    stage.enter("general", group)
    state = RoomState(group, 1, 12, 0, 13, "all", muted=False)
    stage.gateway.tell(up.States(MappingProxyType({at(group).id: state}), {}))
    stage.resize(360, 640)
    stage.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    (row,) = (row for row in stage.items("SwitcherRow") if "cornelia" in row.property("title"))
    (badge,) = (one for one in stage.items("Badge") if row.isAncestorOf(one))
    assert badge.property("count") == 12
    assert badge.mapToItem(row, QPointF(badge.width(), 0)).x() <= row.width()


def test_a_name_that_has_room_is_whole(stage: Stage) -> None:
    stage.enter("general", "incidents", "@bogdan.petrov", "engineering")
    stage.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    rows = list(stage.items("SwitcherRow"))
    titles = [
        (label.property("text"), label.property("truncated"))
        for label in stage.items("Label")
        if any(
            row.isAncestorOf(label) and label.property("text") == row.property("title")
            for row in rows
        )
    ]
    assert len(titles) == 4
    assert not [title for title, truncated in titles if truncated]
