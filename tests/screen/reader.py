"""What a screen reader is told: the tree of a window over AT-SPI, as JSON, a line a question.

Runs under the system's Python, which has pyatspi; `tests.screen.reading` asks it over pipes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import pyatspi  # type: ignore[import-not-found]  # the system's Python has it
from gi.repository import Atspi, Gio, GLib  # type: ignore[import-not-found]

_DEEPEST = 60


def switch_on() -> None:
    """Says on the session bus that somebody reads the screen: toolkits wait for that."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    value = GLib.Variant("(ssv)", ("org.a11y.Status", "IsEnabled", GLib.Variant("b", True)))
    bus.call_sync(
        *("org.a11y.Bus", "/org/a11y/bus", "org.freedesktop.DBus.Properties", "Set", value, None),
        *(Gio.DBusCallFlags.NONE, -1, None),
    )


def application(pid: int) -> Any | None:
    """The accessible application of a process; None where it has not registered."""
    desktop = pyatspi.Registry.getDesktop(0)
    desktop.set_cache_mask(Atspi.Cache.NONE)  # no event loop runs here that would refresh a cache
    for app in desktop:
        if app is not None and app.get_process_id() == pid:
            app.set_cache_mask(Atspi.Cache.NONE)
            return app
    return None


def nodes(pid: int) -> list[dict[str, Any]]:
    """Everything that the process shows, parents before children."""
    app = application(pid)
    return [] if app is None else list(_walk(app, (), 0))


def _walk(parent: Any, path: tuple[int, ...], depth: int) -> Iterator[dict[str, Any]]:
    for place in range(parent.get_child_count()):
        child = parent.get_child_at_index(place)
        here = (*path, place)
        if child is None:  # counted, and not to be had: a person's reader would pass over it
            yield _nothing(here)
            continue
        yield _node(child, here)
        if depth < _DEEPEST:
            yield from _walk(child, here, depth + 1)


def _nothing(path: tuple[int, ...]) -> dict[str, Any]:
    words = dict.fromkeys(("id", "name", "description"), "")
    return {
        "path": path,
        "role": "nothing",
        "states": [],
        "actions": [],
        "box": None,
        "text": None,
        **words,
    }


def _node(item: Any, path: tuple[int, ...]) -> dict[str, Any]:
    states = [Atspi.StateType(state).value_nick for state in item.get_state_set().get_states()]
    return {
        "path": path,
        "id": item.get_accessible_id(),
        "role": item.get_role_name(),
        "name": item.get_name(),
        "description": item.get_description(),
        "states": states,
        "box": _box(item),
        "actions": _actions(item),
        "text": _text(item),
    }


def _text(item: Any) -> str | None:
    try:
        return str(item.queryText().getText(0, -1))
    except NotImplementedError:
        return None


def _box(item: Any) -> list[int] | None:
    try:
        rect = item.queryComponent().getExtents(pyatspi.DESKTOP_COORDS)
    except NotImplementedError:
        return None
    return [rect.x, rect.y, rect.width, rect.height]


def _actions(item: Any) -> list[str]:
    try:
        action = item.queryAction()
    except NotImplementedError:
        return []
    return [action.getName(i) for i in range(action.nActions)]


def act(pid: int, path: list[int], name: str) -> bool:
    """Does what a screen reader does for its person: the action of this name."""
    item = application(pid)
    for place in path:
        item = item.get_child_at_index(place) if item is not None else None
    if item is None or name not in _actions(item):
        return False
    return bool(item.queryAction().doAction(_actions(item).index(name)))


def answer(question: dict[str, Any]) -> Any:
    try:
        if question["ask"] == "nodes":
            return nodes(question["pid"])
        return act(question["pid"], question["path"], question["action"])
    except GLib.Error:  # it changed while it was read: the next look sees it whole
        return None


def main() -> None:
    switch_on()
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
