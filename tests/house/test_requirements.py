"""The pinned requirements cover pyproject.toml, carry hashes, and name no package server."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text())["project"]
_DECLARED = {"runtime": [], **_PROJECT["optional-dependencies"]}


def _pinned(text: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\$", text, re.MULTILINE))


@pytest.mark.parametrize("name", sorted(_DECLARED))
def test_everything_declared_is_pinned_with_hashes(name: str) -> None:
    text = (_ROOT / "requirements" / f"{name}.txt").read_text()
    declared = [*_PROJECT["dependencies"], *_DECLARED[name]]
    names = {re.split(r"[<>=]", entry)[0].lower().replace("_", "-") for entry in declared}
    assert names - _pinned(text).keys() == set()
    assert not re.search(r"^[a-z0-9-]+==\S+$", text, re.MULTILINE), "a pin without hashes"


@pytest.mark.parametrize("name", sorted(_DECLARED))
def test_all_files_agree_on_the_versions(name: str) -> None:
    runtime = _pinned((_ROOT / "requirements/runtime.txt").read_text())
    others = _pinned((_ROOT / "requirements" / f"{name}.txt").read_text())
    assert runtime.items() <= others.items()


@pytest.mark.parametrize("path", sorted((_ROOT / "requirements").iterdir()), ids=lambda p: p.name)
def test_no_package_server_is_named(path: Path) -> None:
    assert not re.search(r"://|--(extra-)?index-url|--find-links", path.read_text())
