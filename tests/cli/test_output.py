"""What reaches a terminal, and what a JSON line holds."""

from __future__ import annotations

import json

import pytest

from zmqchat.cli.output import aligned, clean, complain, json_line, readable, say_all, shown


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("plain text, ünïcode, 👩‍💻", "plain text, ünïcode, 👩‍💻"),
        ("a\x1b[31mred\x1b[0m", "ared"),
        ("\x9b31mred", "red"),
        ("\x1b[2J\x1b[Hgone", "gone"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9d0;title\x9ctext", "text"),
        ("\x1bPq#0\x1b\\picture", "picture"),
        ("\x1b(0lqk", "lqk"),
        ("\x1bcreset", "reset"),
        ("\x1b]0;never ended", "\ufffd]0;never ended"),
        ("\x1b\x1b[31m[31mred", "\ufffd[31mred"),
        ("bell\x07 back\x08", "bell\ufffd back\ufffd"),
        ("\x85next\u2028line", " ⏎ next ⏎ line"),
        ("a\r\nb\nc\rd", "a ⏎ b ⏎ c ⏎ d"),
        ("a\tb", "a b"),
        ("admin\u202egnp.exe", "admingnp.exe"),
        ("\u2066x\u2069\u200f\U000e0041", "x"),
        ("\x7f\x80", "\ufffd\ufffd"),
        ("🏴\U000e0067\U000e0062\U000e007f \U000e0067", "🏴\U000e0067\U000e0062\U000e007f "),
        ("می\u200cخواهم क्\u200dष", "می\u200cخواهم क्\u200dष"),
        ("\x9d0;one\x90two\x9c", "\ufffd0;one"),
        ("\x1b", "\ufffd"),
    ],
)
def test_clean_leaves_nothing_that_drives_a_terminal(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


@pytest.mark.parametrize("control", ["\x9d", "\x90", "\x9b0", "\x1b]", "\x1bP0", "\x9b ", "\x1b "])
def test_a_long_text_takes_no_time(control: str) -> None:
    assert "\x9d" not in clean(control * 100_000)


def test_a_part_of_a_line_turns_nothing_beside_it() -> None:
    assert shown("bob") == "bob"
    assert shown("שלום\u202e\n") == "\u2068שלום ⏎ \u2069"


def test_what_nobody_would_see_is_named() -> None:
    assert readable("hi\u200b") == "hi\u200b"
    assert readable("\u200b ") == "U+200B U+0020"
    assert readable("\x1b[31m") == "U+001B U+005B U+0033 U+0031 U+006D"


def test_clean_text_has_no_control_character_whatever_came() -> None:
    hostile = "".join(map(chr, range(0x300))) * 2
    assert all(
        ord(character) >= 32 and not 0x7F <= ord(character) < 0xA0 for character in clean(hostile)
    )


def test_json_is_one_line_that_keeps_the_text_and_escapes_controls() -> None:
    text = "ä👍 \x1b[31m\x9b \u202e \u2028 \x7f \U000e0041\nnew"
    line = json_line({"text": text})
    assert json.loads(line) == {"text": text}
    assert "ä👍" in line
    assert line == clean(line)


def test_columns_are_aligned_by_the_cells_they_take() -> None:
    assert aligned([["名前", "1"], ["name", "2"], ["x", ""]]) == ["名前  1", "name  2", "x"]
    assert aligned([]) == []


def test_a_list_is_printed_as_json_lines_or_as_columns(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        {"name": "general", "member": True, "seq": 12},
        {"name": "x\x1b[2J", "member": False, "seq": 3},
    ]
    say_all(rows, as_json=True, columns=[])
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == rows
    say_all(rows, as_json=False, columns=("name", "member"))
    assert capsys.readouterr().out == "general  yes\nx        no\n"
    say_all([], as_json=True, columns=())
    assert capsys.readouterr().out == ""


def test_a_complaint_is_one_clean_line_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    complain("no\nroom \x1b[31m'x'")
    assert capsys.readouterr().err == "zmqchat: no ⏎ room 'x'\n"
