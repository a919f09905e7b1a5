"""Every outcome has its exit status and at most one line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import typer

from zmqchat.cli.places import crash_log
from zmqchat.cli.run import run
from zmqchat.errors import Code, Refused, UsageError


def _outcome(action: Callable[[], None], *arguments: str) -> int:
    app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)

    @app.callback()
    def _root() -> None:
        pass

    @app.command()
    def act(number: int = 0) -> None:
        action()

    return run(app, arguments or ("act",))


def _raises(error: BaseException) -> Callable[[], None]:
    def action() -> None:
        raise error

    return action


def test_done_is_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert _outcome(lambda: None) == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (Refused(Code.FORBIDDEN, "you may\x1b[2J not"), 1, "zmqchat: you may not\n"),
        (UsageError("say which"), 2, "zmqchat: say which\n"),
        (UsageError("too long", Code.TOO_LARGE), 1, "zmqchat: too long\n"),
        (KeyboardInterrupt(), 130, "zmqchat: interrupted\n"),
        (OSError(28, "No space left on device", "/x"), 1, "zmqchat: /x: No space left on device\n"),
        (typer.Abort(), 1, "zmqchat: interrupted\n"),
        (BrokenPipeError(), 141, ""),
        (typer.Exit(1), 1, ""),
        (typer.Exit(), 0, ""),
    ],
)
def test_a_failure_is_one_line_and_its_status(
    error: BaseException, status: int, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _outcome(_raises(error)) == status
    assert capsys.readouterr() == ("", line)


def test_the_unforeseen_is_one_line_that_names_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    assert _outcome(_raises(ZeroDivisionError("oops\x1b[2J"))) == 1
    line = capsys.readouterr().err
    assert line.startswith("zmqchat: internal error: ZeroDivisionError (details are in ")
    assert line.count("\n") == 1
    assert "Traceback" in crash_log().read_text()


def test_the_unforeseen_is_told_also_where_nothing_can_be_logged(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZMQCHAT_HOME", "/dev/null")
    assert _outcome(_raises(ZeroDivisionError("oops"))) == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [("act", "--number", "x"), ("akt",), ("act", "--what"), ("act", "1")]
)
def test_a_wrong_call_is_2_and_one_line_that_names_the_help(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _outcome(lambda: None, *arguments) == 2
    line = capsys.readouterr().err
    assert line.startswith("zmqchat: ")
    assert "--help)" in line
    assert line.count("\n") == 1
