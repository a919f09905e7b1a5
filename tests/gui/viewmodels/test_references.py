"""One truth about mentions: what counts, notifies, is highlighted, and is completed."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zmqchat_gui.bridge import updates as up
from zmqchat_gui.bridge.drafts import Drafts
from zmqchat_gui.viewmodels.composer import Composer
from zmqchat_gui.viewmodels.persons import Person, Persons
from zmqchat_gui.viewmodels.references import Names, References
from zmqchat_gui.viewmodels.richtext import render
from zmqchat_gui.viewmodels.roombook import Notification, RoomBook
from zmqchat_gui.viewmodels.timeline import TimelineModel

from tests.gui.fakes import FakeGateway, at, event, opened, rows, who
from zmqchat.cli.chat.model import Conversation
from zmqchat.client import RoomState
from zmqchat.protocol.mentions import mentions
from zmqchat.protocol.names import user_key
from zmqchat.protocol.who import EVERYBODY

PEOPLE = ("nina", "nina.berg", "a+b~c&d", "王小明", "สมชาย", "Jo_Ann", "ada")
ROOMS = ("c++", "q&a", "plans/25", "general", "会议")

TEXTS = [
    ("hi @nina", True),
    ("@Nina!", True),
    ("@N1na", True),  # to the server the same name: nobody else can have it
    ("**@nina** and ~~@nina~~", True),
    ("@ninaさん", True),
    ("(@nina)", True),
    ("> @nina said", True),
    ("- @nina\n- `x`", True),
    ("[@nina](https://a.example)", True),
    ("@room", True),
    ("\\\\@nina", True),
    ("a ` tick, @nina", True),
    ("@nina's", True),
    ("| a | b |\n|---|---|\n| @nina | `x` |", True),
    ("x" * 9_000 + " @nina", True),
    ("nina", False),
    ("@ninas", False),
    ("@nina.berg", False),  # somebody else
    ("@nin\u0301a", True),  # accents do not part names
    ("\\@nina", False),
    ("`@nina`", False),
    ("``a ` @nina``", False),
    ("```\n@nina\n```", False),
    ("> ~~~\n> @nina", False),
    ("    @nina", False),
    ("- a\n\n      @nina", False),
    ("mail x@nina", False),
    ("https://a.example/@nina", False),
    ("[x](https://a.example/@nina)", False),
    ("<https://a.example/@nina>", False),
    ("`" + "x" * 9_000 + " @nina`", False),
]


def known_persons() -> Persons:
    persons = Persons(who("nina"))
    persons.learn([Person(who(name).id, name) for name in PEOPLE])
    persons.set_rooms(list(ROOMS))
    return persons


def notifies(text: str, tmp_path: Any) -> bool:
    """Whether a person who is told of mentions alone is told of a text."""
    persons, gateway, told = known_persons(), FakeGateway(), list[Notification]()
    book = RoomBook("work", gateway, persons, Drafts(tmp_path), gateway)
    book.notified.connect(told.append)
    book.on_opened(opened("general"))
    state = RoomState("general", 0, 0, 0, 0, level="mentions", muted=False)
    book.on_states(up.States({1: state}, {}))
    book.on_arrived(up.Arrived(1, [event(1, text)]))
    persons.setParent(book)
    return bool(told)


@pytest.mark.parametrize(("text", "named"), TEXTS)
def test_count_notification_and_highlight_agree(text: str, named: bool, tmp_path: Any) -> None:
    by_key = {user_key(name): name for name in (*PEOPLE, "room")}
    counted = mentions(text, lambda name: by_key.get(user_key(name)))
    assert bool({"nina", "room"}.intersection(counted)) is named
    rendered = render(text, known_persons().names)
    assert rendered.mentions_me is named
    highlighted = any('class="me"' in block["html"] for block in rendered.blocks)
    assert highlighted is named
    assert notifies(text, tmp_path) is named


def test_who_is_mentioned_is_known_by_id_the_reader_too() -> None:
    persons = Persons(who("nina"))  # before anybody was heard of
    assert persons.mentioned("Nina") == who("nina").id
    assert persons.mentioned("ROOM") == EVERYBODY
    assert persons.mentioned("ada") is None
    assert known_persons().mentioned("Ada") == who("ada").id


def test_the_terminal_client_agrees() -> None:
    conversation = Conversation(who("nina"))
    conversation.open(at("general"))
    for number, (text, named) in enumerate(TEXTS, 1):
        if "nina.berg" not in text:  # it knows nobody but its person
            conversation.heard(event(number, text))
            message = conversation.rooms[1].message(number)
            assert message is not None
            assert conversation.calls_me(message) is named


@pytest.mark.parametrize("mark", ["@", "#"])
def test_what_is_completed_is_highlighted(mark: str) -> None:
    persons, gateway = known_persons(), FakeGateway()
    composer = Composer("", TimelineModel(at("general"), gateway, persons), persons)
    for name in PEOPLE if mark == "@" else ROOMS:
        for length in range(len(name) + 1):
            before = f"so {mark}{name[:length]}"
            composer.setProperty("text", before)
            composer.setProperty("cursor", len(before))
            titles = rows(composer.completions, "title")
            assert name in titles
        composer.complete(titles.index(name))
        assert composer.text == f"so {mark}{name} "
        html = render(composer.text, persons.names).blocks[0]["html"]
        assert re.search(rf'<a class="(me|mention)" href="[^"]+">{mark}', html)
    for text in (f"`{mark}x` `y{mark}", f"\\{mark}", f"```\n{mark}", f"https://a.example/{mark}"):
        composer.setProperty("text", text)
        composer.setProperty("cursor", len(text))
        assert rows(composer.completions, "title") == []


PIECES = (
    *(
        "@nina",
        "@room",
        "#c++",
        "@ada",
        " ",
        "\n",
        "\n\n",
        "`",
        "```",
        "~~~",
        "\\",
        "**",
        "_",
        "> ",
    ),
    *("- ", "1. ", "    ", "[", "](", "https://a.b/", ")", "<", ">", "|", "# ", "x", "。", "\t"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_every_reference_is_a_link_and_nothing_else_is(text: str) -> None:
    names = Names("nina", dict.fromkeys(("nina",), "nina"), {"c++": "c++"})
    rendered = render(text, names)
    html = "".join(block["html"] for block in rendered.blocks)
    mine = re.findall(r'<(?:a|span) class="me"', html)
    counted = mentions(text, {"nina": 1, "room": 1}.get)
    assert bool(mine) is bool(counted) is rendered.mentions_me
    assert References(text, names).typed(References(text, names).marked) == text
