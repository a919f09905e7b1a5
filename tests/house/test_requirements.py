"""The pinned requirements cover pyproject.toml and each other, carry hashes, and name no server."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from itertools import product
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_ROOT = Path(__file__).parents[2]
_FILES = sorted((_ROOT / "requirements").glob("*.txt"))
_PYPROJECT = tomllib.loads((_ROOT / "pyproject.toml").read_text())
_EXTRAS = _PYPROJECT["project"]["optional-dependencies"]
_APART = {"atheris"}
"""What `make test` does not install; it asks for nothing."""

# Where the chat is installed: the markers of requirements are evaluated for each.
_MACHINES = [
    {
        "python_version": f"3.{minor}",
        "python_full_version": f"3.{minor}.{patch}",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "os_name": "posix",
        "platform_machine": machine,
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    for (minor, patch), machine in product(
        [(11, 0), (11, 15), (12, 9), (13, 9), (14, 9)], ["x86_64", "aarch64"]
    )
]


def _declared(group: str) -> list[Requirement]:
    """What pyproject.toml asks for in a file of requirements/."""
    if group == "build":
        return [Requirement(line) for line in _PYPROJECT["build-system"]["requires"]]
    lines = [*_PYPROJECT["project"]["dependencies"], *_EXTRAS.get(group, [])]
    return [Requirement(line) for line in lines]


def _pinned(path: Path) -> dict[str, Requirement]:
    """The pins of a file, by name."""
    lines = re.findall(r"^([a-z0-9].*?) \\$", path.read_text(), re.MULTILINE)
    pins = [Requirement(line) for line in lines]
    return {canonicalize_name(pin.name): pin for pin in pins}


def _version(pin: Requirement) -> str:
    (specifier,) = pin.specifier
    assert specifier.operator == "=="
    return specifier.version


def _active(lines: list[Requirement], extras: set[str]) -> Iterator[Requirement]:
    """Those of the requirements that hold on any machine, with these extras."""
    for line in lines:
        if line.marker is None or any(
            line.marker.evaluate({**machine, "extra": extra})
            for machine in _MACHINES
            for extra in {"", *extras}
        ):
            yield line


def _unmet(pins: dict[str, Requirement], declared: list[Requirement]) -> list[str]:
    """Whatever is asked for, by `declared` or by what is pinned for it, and not pinned so."""
    unmet, seen = [], set()
    waiting = [(line, "pyproject.toml") for line in _active(declared, set())]
    while waiting:
        asked, by = waiting.pop()
        name = canonicalize_name(asked.name)
        if name not in pins or _version(pins[name]) not in asked.specifier:
            unmet.append(f"{by} asks for {asked}")
            continue
        if (name, extras := frozenset(asked.extras)) in seen:
            continue
        seen.add((name, extras))
        if name in _APART:
            continue
        installed = distribution(name)
        assert installed.version == _version(pins[name]), f"another {name} is installed"
        further = [Requirement(line) for line in installed.requires or []]
        waiting += [(line, name) for line in _active(further, set(extras))]
    return unmet


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_whatever_is_asked_for_is_pinned(path: Path) -> None:
    """With extras and all that they bring along: pip is told to look at none of it."""
    assert _unmet(_pinned(path), _declared(path.stem)) == []


def test_an_extra_that_is_not_met_is_seen() -> None:
    pins = _pinned(_ROOT / "requirements/dev.txt")
    assert _unmet(pins, [Requirement("coverage[toml]>=7")]) == []
    assert _unmet(pins, [Requirement("coverage>=99")]) == ["pyproject.toml asks for coverage>=99"]
    del pins["execnet"]  # what pytest-xdist brings along
    assert _unmet(pins, [Requirement("pytest-xdist>=3")]) == ["pytest-xdist asks for execnet>=2.1"]
    pins.pop("psutil", None)
    assert "pytest-xdist asks for psutil" in " ".join(
        _unmet(pins, [Requirement("pytest-xdist[psutil]>=3")])
    )


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_what_is_for_some_platforms_only_is_pinned_for_them_only(path: Path) -> None:
    pins = _pinned(path)
    for line in _declared(path.stem):
        assert pins[canonicalize_name(line.name)].marker == line.marker, line


def test_every_group_has_its_file() -> None:
    assert {path.stem for path in _FILES} == {"runtime", "build", *_EXTRAS}


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.stem)
def test_every_pin_has_hashes(path: Path) -> None:
    text = path.read_text()
    named = set(re.findall(r"^([a-z0-9][a-z0-9.-]*)", text, re.MULTILINE))
    hashed = re.findall(r"^([a-z0-9][a-z0-9.-]*)==\S+(?: ; .*)? \\\n +--hash=", text, re.MULTILINE)
    assert named == set(hashed) == set(_pinned(path))


def test_all_files_agree_on_the_versions() -> None:
    """Whatever is installed into one environment in whichever order stays."""
    versions: dict[str, set[str]] = {}
    for path in _FILES:
        for name, pin in _pinned(path).items():
            versions.setdefault(name, set()).add(_version(pin))
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_who_only_runs_the_chat_gets_no_tools() -> None:
    tools = {
        canonicalize_name(Requirement(line).name) for line in [*_EXTRAS["dev"], *_EXTRAS["perf"]]
    }
    chat = _pinned(_ROOT / "requirements/gui.txt").keys()
    build = _pinned(_ROOT / "requirements/build.txt").keys()
    assert tools & (chat | build) == {"packaging", "rich"}  # of the build backend, and of typer
    runtime = _pinned(_ROOT / "requirements/runtime.txt").keys()
    assert runtime <= chat


@pytest.mark.parametrize("path", _FILES, ids=lambda path: path.name)
def test_no_package_server_is_named(path: Path) -> None:
    assert not re.search(r"://|--(extra-)?index-url|--find-links", path.read_text())
