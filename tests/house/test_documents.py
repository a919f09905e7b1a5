"""What the documents name exists: files, headings, tests, commands, metrics."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer
from prometheus_client import CollectorRegistry

from zmqchat.cli.app import app
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
    sources = "".join(path.read_text(encoding="utf-8") for path in _ROOT.glob("tests/**/*.py"))
    text = document.read_text(encoding="utf-8")
    for path in re.findall(r"`(tests/[\w./]+)`", text):
        assert (_ROOT / path).exists(), path
    for name in re.findall(r"`(test_\w+)`", text):
        assert f"def {name}(" in sources, name


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
