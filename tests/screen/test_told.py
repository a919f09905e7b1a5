"""Being told: a notification that leads to its message, and the icon in the tray."""

from __future__ import annotations

import json
import re

import pytest

from tests.screen.conftest import Opener, enter
from tests.screen.desktop import Desktop
from tests.screen.service import Service
from tests.screen.window import Window
from tests.support.waiting import eventually

pytestmark = pytest.mark.screen

_RED = "srgb(229,72,77)"  # of a mention
_BLUE = "srgb(110,121,255)"  # of what is unread


@pytest.fixture
def tray(desktop: Desktop) -> Desktop:
    """A desktop with a tray."""
    desktop.start("trayer", "--edge", "top", "--align", "right", "--widthtype", "request")
    eventually(lambda: desktop.finds("--class", "^trayer$"))
    return desktop


@pytest.fixture
def notifier(desktop: Desktop) -> Desktop:
    """A desktop whose notifications are shown, by dunst."""
    desktop.start("dunst")
    eventually(lambda: desktop.owns_name("org.freedesktop.Notifications"))
    return desktop


def in_tray(desktop: Desktop, colour: str) -> bool:
    """Whether the tray, in the upper right corner, has a pixel of this colour."""
    words = ("-crop", f"120x40+{desktop.size[0] - 120}+0", "-unique-colors", "txt:-")
    return colour in desktop.run("convert", str(desktop.picture("tray")), *words)


def test_the_tray_tells_what_is_unread(tray: Desktop, joined: Opener, service: Service) -> None:
    bo = service.person("bo")
    maja = joined("maja")
    bo.does("create", "alpha")
    bo.does("invite", "alpha", "maja")
    maja.waits_for("alpha", "list item")
    assert not in_tray(tray, _RED)
    bo.does("send", "alpha", "something")
    eventually(lambda: in_tray(tray, _BLUE))
    bo.does("send", "alpha", "@maja look")
    eventually(lambda: in_tray(tray, _RED))
    maja.click(re.compile("^alpha"), "list item")
    maja.waits_for(re.compile(": @maja look$"), "list item")
    eventually(lambda: not in_tray(tray, _RED) and not in_tray(tray, _BLUE))


def test_a_client_that_starts_minimised_comes_by_a_click_on_its_icon(
    tray: Desktop, service: Service
) -> None:
    with Window(tray, service.home("maja"), service.data) as first:
        enter(first, "maja")
    hidden = Window(tray, service.home("maja"), service.data, "--minimised").start()
    with hidden.process:
        icon = eventually(lambda: tray.finds("--onlyvisible", "--pid", str(hidden.process.pid)))
        assert not hidden.is_shown()
        tray.xdotool("mousemove", "--window", icon[0], "8", "8", "click", "1")
        hidden.find()
        hidden.waits_for("Message #general", "text")
        hidden.close()


def test_a_click_on_a_notification_leads_to_the_message(
    notifier: Desktop, joined: Opener, service: Service
) -> None:
    maja = joined("maja")
    bo = joined("bo")
    service.person("cy").does("create", "alpha")
    maja.key("ctrl+k")
    bo.types("@maja come and see")
    bo.key("Return")
    shown = eventually(lambda: notifier.finds("--onlyvisible", "--class", "^Dunst$"))
    bo.activate()
    assert notifier.xdotool("getactivewindow") == bo.id
    notifier.xdotool("mousemove", "--window", shown[0], "40", "20", "click", "2")
    eventually(lambda: notifier.xdotool("getactivewindow") == maja.id)
    maja.waits_for(re.compile(r"^bo, .*: @maja come and see$"), "list item")
    history = json.loads(notifier.run("dunstctl", "history"))["data"][0]
    assert history[0]["summary"]["data"] == "bo (#general)"
    assert history[0]["body"]["data"] == "@maja come and see"
