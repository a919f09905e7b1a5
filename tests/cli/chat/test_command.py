"""How `zmqchat chat` begins: a terminal, a profile, and a name."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

import pytest
import typer

from zmqchat.cli.app import app
from zmqchat.cli.chat import command
from zmqchat.cli.run import run
from zmqchat.client import profile as profiles
from zmqchat.errors import ChatError, Code


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_at_a_terminal", lambda: True)


def _answers(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    given: Iterator[str] = iter(names)

    def answer(_prompt: str) -> str:
        try:
            return next(given)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr(builtins, "input", answer)


def test_without_a_terminal_it_says_what_to_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ["chat"]) == 2
    assert "in a script use send, tail and history" in capsys.readouterr().err


@pytest.mark.usefixtures("terminal")
def test_several_profiles_and_none_in_use(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(profiles, "labels", lambda: ["a", "b"])
    monkeypatch.setattr(profiles, "current", lambda: None)
    assert run(app, ["chat"]) == 2
    assert "zmqchat profile use" in capsys.readouterr().err


@pytest.mark.usefixtures("terminal")
def test_without_a_realm_it_says_how_one_is_made(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(app, ["chat"]) == 1
    assert "`zmqchat up` makes and starts one" in capsys.readouterr().err


def test_a_name_is_asked_for_until_one_is_free(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    async def join(_link: str, name: str) -> None:
        asked.append(name)
        if name != "alice":
            raise ChatError(Code.NAME_TAKEN, f"{name} is taken")

    monkeypatch.setattr("zmqchat.client.join", join)
    _answers(monkeypatch, "bob", "  ", " alice ")
    command._join_here("link")
    assert asked == ["bob", "alice"]
    assert capsys.readouterr().err == "zmqchat: bob is taken\n"


def test_another_name_does_not_help_without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    async def join(_link: str, _name: str) -> None:
        raise ChatError(Code.UNREACHABLE, "nobody there")

    monkeypatch.setattr("zmqchat.client.join", join)
    _answers(monkeypatch, "alice")
    with pytest.raises(ChatError, match="nobody there"):
        command._join_here("link")


def test_the_question_can_be_left(monkeypatch: pytest.MonkeyPatch) -> None:
    _answers(monkeypatch)
    with pytest.raises(typer.Abort):
        command._join_here("link")
