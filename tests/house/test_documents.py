"""What the documents name exists: files, headings, modules, tests, commands, metrics, rates."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from prometheus_client import CollectorRegistry

from zmqchat.cli.app import app
from zmqchat.domain import limits
from zmqchat.server.metrics import Metrics

_ROOT = Path(__file__).parents[2]
_DOCUMENTS = sorted([*_ROOT.glob("*.md"), *_ROOT.glob("docs/**/*.md")])


def _anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {text.replace(" ", "-") for text in plain}


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: str(path.relative_to(_ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if not target.startswith("https://"):
            path, _, anchor = target.partition("#")
            file = (document.parent / path) if path else document
            assert file.exists(), target
            assert not anchor or anchor in _anchors(file), target


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: str(path.relative_to(_ROOT)))
def test_named_tests_exist(document: Path) -> None:
    """Each in the file that is named with it; a name alone could be any file's."""
    text = document.read_text(encoding="utf-8")
    assert re.findall(r"`test_\w+`", text) == []
    for path, name in re.findall(r"`(tests/[\w./]+)(?:::(\w+))?`", text):
        assert (_ROOT / path).exists(), path
        assert not name or _defines(_ROOT / path, name), f"{path}::{name}"


def _defines(file: Path, test: str) -> bool:
    pattern = rf"^ *(?:async )?def {test}\("
    return re.search(pattern, file.read_text(encoding="utf-8"), re.MULTILINE) is not None


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: str(path.relative_to(_ROOT)))
def test_named_modules_exist(document: Path) -> None:
    places = [_ROOT, _ROOT / "zmqchat", _ROOT / "gui" / "zmqchat_gui"]
    for path in re.findall(r"`((?:\w+/)+\w+\.py)`", document.read_text(encoding="utf-8")):
        assert any((place / path).exists() for place in places), path


def test_every_threat_has_a_test_and_every_attack_a_threat() -> None:
    text = (_ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    threats = text.partition("\n## Adversaries\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (?!tries to|what happens|---)(.*) \|$", threats, re.MULTILINE)
    assert len(rows) > threats.count("\n### ") > 0
    for row in rows:
        tries, _, tests, _ = row.split(" | ")  # a cell without anything is no cell
        assert re.search(r"`tests/[\w./]+::test_\w+`", tests), tries
    for file in (_ROOT / "tests" / "attack").glob("test_*.py"):
        assert f"`tests/attack/{file.name}::" in threats, file.name


@pytest.mark.parametrize("document", ["README.md", "docs/operations.md"])
def test_commands_and_options_exist(document: str) -> None:
    text = (_ROOT / document).read_text(encoding="utf-8")
    blocks = dict.fromkeys(re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))
    shell = "".join(block for language, block in blocks if language in {"", "sh"})
    # Not what a line prints, which begins with #>; and only the command itself, not its pipe.
    for line in re.findall(r"^(?!#).*?\bzmqchat ([a-z-]+ .*|[a-z-]+)$", shell, re.MULTILINE):
        arguments = shlex.split(re.split(r" &| #|;|\)$", line)[0])
        command = typer.main.get_command(app)
        while arguments and (name := arguments[0]) in getattr(command, "commands", {}):
            command = getattr(command, "commands")[name]  # noqa: B009 - of a group only
            arguments.pop(0)
        assert not hasattr(command, "commands"), line
        known = {option for each in command.params for option in each.opts}
        assert {word for word in arguments if re.match(r"--?[a-z]", word)} <= known, line


def test_the_metrics_are_those_that_are_served(monkeypatch: pytest.MonkeyPatch) -> None:
    registries: list[CollectorRegistry] = []
    made = CollectorRegistry.__init__

    def remember(self: CollectorRegistry) -> None:
        made(self)
        registries.append(self)

    monkeypatch.setattr(CollectorRegistry, "__init__", remember)
    Metrics()
    served = {family.name for registry in registries for family in registry.collect()}
    text = (_ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(zmqchat_\w+)", text, re.MULTILINE)
    assert {name.removesuffix("_total") for name in listed} == served


_UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "a day": 1 / 86_400}


def test_the_rates_are_those_that_hold() -> None:
    """Every row of operations.md is a rate of the code, and every rate of the code has its row."""
    text = (_ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    table = text.partition("| what | a second | at once | by |\n")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()[1:]]
    rates = [each for each in vars(limits).values() if isinstance(each, limits.Rate)]
    expected = [*rates, *limits.ALLOWANCE.rates]
    listed = sorted((_number(per), _number(burst)) for _, per, burst, _ in rows)
    held = sorted((rate.per_second, float(rate.burst)) for rate in expected)
    assert listed == [pytest.approx(each) for each in held]


def _number(text: str) -> float:
    """`1/30`, `10 000`, `4 GiB a day`."""
    scale = 1.0
    for unit, factor in _UNITS.items():
        if unit in text:
            text, scale = text.replace(unit, ""), scale * factor
    above, _, below = text.replace(" ", "").partition("/")
    return float(above) / float(below or 1) * scale
