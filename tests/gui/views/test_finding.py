"""Search results by keys and to a screen reader, and inviting by name."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.gui import fakes
from tests.gui.fakes import event
from tests.gui.views.stage import Stage
from tests.gui.views.test_people import person
from zmqchat.errors import ChatError, Code

CONTROL = Qt.KeyboardModifier.ControlModifier


def found(stage: Stage) -> None:
    """A search for "needle" that found two messages."""
    stage.enter("general")
    stage.key(Qt.Key.Key_F, CONTROL)
    stage.gateway.asked.clear()
    stage.type("needle")
    stage.wait(lambda: bool(stage.gateway.asked))
    stage.gateway.answer(fakes.found(event(7, "a <needle>"), event(3, "needle & thread")))
    stage.settle()


def test_a_result_is_read_as_it_was_written(stage: Stage) -> None:
    found(stage)
    said = [name for name in stage.names() if "needle" in name and name.startswith("ada")]
    assert [name.rsplit(": ", 1)[1] for name in said] == ["a <needle>", "needle & thread"]


def test_the_keys_go_from_the_field_through_the_results_and_back(stage: Stage) -> None:
    found(stage)
    chosen: list[tuple[int, int]] = []
    stage.session.search.chosen.connect(lambda room, seq: chosen.append((room, seq)))
    stage.key(Qt.Key.Key_Down)
    stage.key(Qt.Key.Key_Down)
    stage.key(Qt.Key.Key_Return)
    assert chosen == [(1, 3)]
    stage.key(Qt.Key.Key_Up)
    stage.key(Qt.Key.Key_Up)
    assert stage.item("SearchList").property("area").hasActiveFocus()


def test_who_searches_again_types_over_what_was_looked_for(stage: Stage) -> None:
    found(stage)
    stage.key(Qt.Key.Key_F, CONTROL)
    stage.key(Qt.Key.Key_F, CONTROL)
    assert stage.session.search.query == "needle"
    stage.type("thread")
    assert stage.session.search.query == "thread"


def inviting(stage: Stage) -> None:
    """The dialog, in a realm of two others."""
    session = stage.enter("general")
    stage.press(stage.named("Room menu"))
    stage.press(stage.named("Invite people…"))
    people = [person("ada"), person("maja.berg"), person("maja")]
    stage.gateway.list_people(session.people, people)
    stage.gateway.asked.clear()


def test_return_invites_the_one_that_is_marked(stage: Stage) -> None:
    inviting(stage)
    invited: list[None] = []
    stage.room.asked.done.connect(lambda: invited.append(None))
    stage.type("maj")
    assert [row.property("picked") for row in stage.items("MemberRow")].count(True) == 1
    stage.key(Qt.Key.Key_Return)
    stage.gateway.answer(None)
    stage.settle()
    assert invited == [None]
    assert "Invite to general" not in stage.names()


def test_a_name_that_is_refused_stays_to_be_mended(stage: Stage) -> None:
    inviting(stage)
    stage.type("nobody")
    stage.key(Qt.Key.Key_Return)
    stage.gateway.answer(ChatError(Code.NOT_FOUND, "There is nobody called 'nobody'."))
    stage.settle()
    assert "There is nobody called 'nobody'." in stage.names()
    assert stage.named("Name").property("text") == "nobody"


def test_a_room_that_one_is_invited_to_says_so_and_is_joined(stage: Stage) -> None:
    session = stage.enter("general")
    stage.press(stage.named("Find or create a room"))
    stage.settle()
    about = {"room_id": 99, "kind": "private", "member": False, "members": 2, "seq": 3}
    row = about | {"name": "den", "description": "plans", "archived": False, "invited": True}
    asked = next(one for one in stage.gateway.asked if one.done == session.directory._got)
    asked.done([row])
    stage.settle()
    assert "den, You are invited, 2 members. plans" in stage.names()
    stage.gateway.asked.clear()
    stage.press(stage.named("Join den"))
    assert stage.gateway.asked
