"""README's walk-through runs as written, line by line, and prints what it says that it prints."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.realm import Realm, environment

_README = Path(__file__).parents[2] / "README.md"
_BLOCK = re.compile(r"^## A conversation$.*?^```sh$\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PRINTED = "#> "
_END = "--- end of line, status "
_DEADLINE_S = 300.0


@dataclass
class _Line:
    """A line of shell and what is documented to come of it (nothing: it is not said)."""

    command: str
    printed: list[str] = field(default_factory=list)


def _lines() -> list[_Line]:
    found = _BLOCK.search(_README.read_text(encoding="utf-8"))
    assert found is not None
    lines: list[_Line] = []
    for text in found[1].splitlines():
        if text.startswith(_PRINTED):
            lines[-1].printed.append(text.removeprefix(_PRINTED))
        elif text and not text.startswith("#"):
            lines.append(_Line(text))
    return lines


def _run(lines: list[_Line], realm: Realm, directory: Path) -> list[tuple[list[str], int]]:
    """Runs all lines in one shell; what each printed, and its status."""
    program = directory / "bin" / "zmqchat"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m zmqchat "$@"\n')
    program.chmod(0o755)
    script = "".join(f'{line.command}\necho "{_END}$?"\n' for line in lines)
    known = environment(realm.directory)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=directory,
        env={**known, "PATH": f"{program.parent}:{known['PATH']}", "LINK": realm.link},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_DEADLINE_S,
        encoding="utf-8",
    )
    outcomes: list[tuple[list[str], int]] = []
    printed: list[str] = []
    for text in done.stdout.splitlines():
        if text.startswith(_END):
            outcomes.append((printed, int(text.removeprefix(_END))))
            printed = []
        else:
            printed.append(text)
    return outcomes


def _pattern(documented: list[str]) -> str:
    return "\n".join(".*".join(map(re.escape, text.split("…"))) for text in documented)


def test_the_walk_through_runs_as_written(realm: Realm, tmp_path: Path) -> None:
    lines = _lines()
    assert len(lines) > 20
    outcomes = _run(lines, realm, tmp_path)
    for line, (printed, status) in zip(lines, outcomes, strict=True):
        assert status == 0, f"{line.command}: {printed}"
        if line.printed:
            text = "\n".join(printed)
            assert re.fullmatch(_pattern(line.printed), text), f"{line.command}:\n{text}"
