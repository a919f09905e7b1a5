"""Completion in the composer, and the help."""

from __future__ import annotations

import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document

from tests.cli.chat.events import ALICE, at
from zmqchat.cli.chat.commands import COMMANDS, Names, command_in, help_lines
from zmqchat.cli.chat.model import Conversation, Met


def _completed(text: str) -> list[str]:
    conversation = Conversation(ALICE)
    conversation.open(at("general"))
    conversation.findable.add("Builds")
    people = {1: Met("alice"), 2: Met("bob", ("zed",)), 3: Met("Bärbel")}
    conversation.people.update(people)
    found = Names(conversation).get_completions(Document(text), CompleteEvent())
    return [text[: len(text) + each.start_position] + each.text for each in found]


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("hi @BÄ", ["hi @Bärbel "]),
        ("@b", ["@Bärbel ", "@bob "]),
        ("@ze", ["@bob "]),
        ("see #b", ["see #Builds "]),
        ("/join bui", ["/join #Builds "]),
        ("/join #bui", ["/join #Builds "]),
        ("/j", ["/join "]),
        ("/W", ["/who"]),
        ("mail@b", []),
        ("say /j", []),
        ("", []),
    ],
)
def test_what_a_word_may_become(typed: str, completed: list[str]) -> None:
    assert _completed(typed) == completed


def test_the_help_has_every_command_and_what_the_figures_mean() -> None:
    told = "\n".join(help_lines())
    assert all(command in told for command in COMMANDS)
    assert all(word in told for word in ("complete to", "ms", "to send", "PgUp", "Alt+Enter"))


@pytest.mark.parametrize(
    ("typed", "command", "argument"),
    [
        ("/help", "/help", ""),
        (" /HELP ", "/help", ""),
        ("/search two  words ", "/search", "two  words"),
        ("/edit 5 two\nlines", "/edit", "5 two\nlines"),
        ("/topic\nfor all", "/topic", "for all"),
        ("/frob x", "/frob", "x"),
        ("/помощь", "/помощь", ""),
        ("/usr/bin/env: bad interpreter", None, ""),
        ("/tmp, please", None, ""),
        ("/usr", "/usr", ""),
        ("/usr\n/tmp", None, ""),
        ("/quit\nsays the manual", None, ""),
        ("/search one\ntwo", None, ""),
        ("//help", None, ""),
        ("/", None, ""),
        ("/ x", None, ""),
        ("/2 of them", None, ""),
        ("hello /help", None, ""),
        ("", None, ""),
    ],
)
def test_commands_are_told_from_messages(typed: str, command: str | None, argument: str) -> None:
    assert command_in(typed) == (command, argument)
