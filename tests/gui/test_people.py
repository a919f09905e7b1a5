"""Pictures, ignored people, invitations and presence, against a real broker and server."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot
from zmqchat_gui.app.composition import Composition
from zmqchat_gui.viewmodels.session import Session

from tests.gui.app.test_imaging import encoded, image, noise
from tests.gui.desk import becomes, enter, open_room, says, shows
from tests.gui.fakes import rows
from tests.support.realm import Person, Realm


@pytest.fixture
def session(program: Composition, qtbot: QtBot) -> Session:
    return enter(program, qtbot)


def avatars(session: Session) -> dict[str, bool]:
    """Whose picture is here."""
    members = open_room(session).members
    return {name: url != "" for name, url in rows(members, "name", "avatar")}


def test_pictures_go_both_ways_and_go_away(
    session: Session, ada: Person, tmp_path: Path, qtbot: QtBot
) -> None:
    hers = tmp_path / "ada.png"
    hers.write_bytes(encoded(image(64, 64), "PNG"))
    ada.does("picture", str(hers))
    becomes(qtbot, lambda: avatars(session), {"ada": True, "maja": False})
    mine = tmp_path / "maja.png"
    mine.write_bytes(encoded(noise(600), "PNG"))
    portrait = session.account.portrait
    portrait.choose(QUrl.fromLocalFile(str(mine)))
    becomes(qtbot, lambda: (portrait.there, portrait.busy), (True, False))
    becomes(qtbot, lambda: avatars(session), {"ada": True, "maja": True})
    ada.does("picture", "--clear")
    portrait.remove()
    becomes(qtbot, lambda: avatars(session), {"ada": False, "maja": False})
    assert portrait.avatar == ""


def test_whom_one_ignores_is_ignored_on_all_devices(
    session: Session, ada: Person, qtbot: QtBot
) -> None:
    timeline = open_room(session).timeline
    notified: list[object] = []
    session.notified.connect(notified.append)
    ada.does("send", "general", "buy my coins")
    says(session, "no")
    shows(qtbot, session, "buy my coins", "no")
    session.account.ignore("ada", True)
    becomes(qtbot, lambda: rows(session.account.ignored, "name"), ["ada"])
    session.set_active(False)
    ada.does("send", "general", "@maja buy them")
    becomes(qtbot, lambda: rows(timeline, "kind")[:3], ["folded", "message", "folded"])
    assert notified == []
    session.account.ignore("ada", False)
    becomes(qtbot, lambda: rows(timeline, "plain")[0], "@maja buy them")
    assert session.account.ignored.count == 0


def test_an_administrator_makes_and_revokes_invitations(
    program: Composition, session: Session, realm: Realm, qtbot: QtBot
) -> None:
    assert not session.account.canInvite
    realm.stranger("operator").does("admin", "role", "maja", "admin", "--data", str(realm.data))
    program.app.closeServer(session.label)
    program.app.show("maja")
    again = program.app.session
    assert again is not None
    becomes(qtbot, lambda: again.account.canInvite, True)
    invitations = again.account.invitations
    invitations.make("Chiara", "guest", 7)
    becomes(qtbot, lambda: rows(invitations.all, "title", "open"), [("Chiara", True)])
    assert invitations.code
    invitations.revoke(rows(invitations.all, "number")[0])
    becomes(qtbot, lambda: rows(invitations.all, "title"), [])


def test_one_who_leaves_the_window_alone_is_away_to_others(
    program: Composition, session: Session, ada: Person, qtbot: QtBot
) -> None:
    def seen() -> str:
        return next(line for line in ada.does("who", "general").splitlines() if "maja" in line)

    becomes(qtbot, lambda: "online" in seen(), True)
    program.app.set_idle(True)
    becomes(qtbot, lambda: "away" in seen(), True)
    program.app.set_idle(False)
    becomes(qtbot, lambda: "online" in seen(), True)
