"""Scale 2, a narrow window, large letters: nothing is cut off or lies on something else."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from tests.screen.conftest import Opener
from tests.screen.reading import Node
from tests.screen.service import Service
from tests.screen.window import Window

pytestmark = pytest.mark.screen

CONTROLS = {"push button", "check box", "radio button", "text", "password text"}
TEXT = (
    "a message that is long enough to need more than one line in a narrow window, and so it wraps"
)


def overlap(one: Node, other: Node) -> bool:
    """Whether two things lie on each other by more than their rims."""
    assert one.box is not None
    assert other.box is not None
    x, y, width, height = one.box
    left, top, wide, high = other.box
    across = min(x + width, left + wide) - max(x, left)
    down = min(y + height, top + high) - max(y, top)
    return across > 2 and down > 2


def whole(window: Window) -> None:
    """Every control lies in the window, and none on another."""
    nodes = [node for node in window.nodes() if node.showing]
    frame = next(node for node in nodes if node.role == "frame")
    assert frame.box is not None
    x, y, width, height = frame.box
    controls = [node for node in nodes if node.role in CONTROLS]
    for node in controls:
        assert node.box is not None
        assert node.box[0] >= x, node
        assert node.box[0] + node.box[2] <= x + width, node
        assert node.box[1] + node.box[3] <= y + height, node
    pairs = [
        (one.name, other.name)
        for one, other in combinations(controls, 2)
        if not one.is_in(other) and not other.is_in(one) and overlap(one, other)
    ]
    assert pairs == []


@pytest.mark.parametrize("width", [400, 800, 1180])
def test_every_width(joined: Opener, service: Service, width: int) -> None:
    bo = service.person("bo")
    maja = joined("maja")
    bo.does("send", "general", TEXT)
    maja.waits_for(re.compile(TEXT), "list item")
    maja.place(20, 40, width, 700)
    maja.waits_for("Message #general", "text")
    whole(maja)


def test_scale_two(joined: Opener, service: Service) -> None:
    bo = service.person("bo")
    maja = joined("maja", QT_SCALE_FACTOR="2")
    bo.does("send", "general", TEXT)
    maja.waits_for(re.compile(TEXT), "list item")
    whole(maja)
    maja.key("ctrl+comma")
    maja.waits_for("Settings", "heading")
