"""A server is left: its page goes before its view-models do, so that no view misses them."""

from __future__ import annotations

from tests.gui.fakes import event
from tests.gui.views.stage import Stage


def test_leaving_a_server_shows_the_connect_page_without_a_warning(stage: Stage) -> None:
    session = stage.enter("general", "art")
    stage.load("general", event(1, "a question"), event(2, "an answer", reply_to=1))
    stage.room.openThread.open(1)
    stage.settle()
    stage.app.closeServer(session.label)
    stage.settle()
    assert stage.app.page == "connect"
    assert stage.gateway.closed
    stage.enter("general")
    assert stage.app.page == "chat"
