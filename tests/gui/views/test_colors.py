"""The theme: texts can be read on whatever they stand on (WCAG 2.2 AA), light and dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import zmqchat_gui

THEME = Path(zmqchat_gui.__file__).parent / "views" / "Zmqchat" / "Theme"
GROUNDS = ("sidebar", "surface", "raised", "field", "hover", "selected")
TEXTS = ("text", "textMuted")
PAIRS = [
    *((text, ground) for text in TEXTS for ground in GROUNDS),
    *(("textFaint", ground) for ground in ("sidebar", "surface", "raised", "field", "hover")),
    *(("accent", ground) for ground in ("sidebar", "surface", "raised", "hover", "accentSoft")),
    ("onAccent", "accentFill"),
    ("onAccent", "accentHover"),
    ("onAccent", "dangerFill"),
    ("text", "mention"),
    ("text", "dangerSoft"),
    ("textFaint", "mention"),
    ("danger", "surface"),
    ("danger", "raised"),
    ("danger", "dangerSoft"),
    ("warning", "surface"),
    ("warning", "sidebar"),
    ("warning", "warningSoft"),
    ("textMuted", "warningSoft"),
    ("success", "surface"),
    ("codeText", "codeFill"),
    ("text", "selection"),
]


def colors(name: str) -> dict[str, str]:
    text = (THEME / f"{name}Colors.qml").read_text("utf-8")
    return dict(re.findall(r'^\s+(\w+): "#([0-9a-f]{6})"$', text, re.MULTILINE))


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["Dark", "Light"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_texts_have_a_contrast_of_4_5(name: str, text: str, ground: str) -> None:
    known = colors(name)
    assert contrast(known[text], known[ground]) >= 4.5


def test_white_initials_can_be_read_on_the_colours_of_people() -> None:
    people = re.search(r"list<color> people: \[(.*)\]", (THEME / "Theme.qml").read_text("utf-8"))
    assert people is not None
    for color in re.findall(r"#([0-9a-f]{6})", people[1]):
        assert contrast(color, "ffffff") >= 3.0


def test_both_themes_name_the_same_colours() -> None:
    names = re.findall(r"required property color (\w+)", (THEME / "Colors.qml").read_text("utf-8"))
    for name in ("Dark", "Light"):
        assert set(colors(name)) | {"scrim"} == set(names)
