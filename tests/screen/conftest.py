"""A desktop, a realm, and people at windows."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.screen.desktop import Desktop
from tests.screen.service import Service
from tests.screen.window import Window

Opener = Callable[..., Window]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--walk-seed", type=int, help="the way that test_walk.py walks")


@pytest.fixture
def walk_seed(request: pytest.FixtureRequest) -> int:
    """Which way to walk: told, or another one each time."""
    told: int | None = request.config.getoption("--walk-seed", default=None)
    return random.randrange(10_000) if told is None else told


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    with Desktop(tmp_path) as started:
        yield started


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with Service(tmp_path) as started:
        yield started


@pytest.fixture
def client(desktop: Desktop, service: Service) -> Iterator[Opener]:
    """Opens a client of somebody, at the connect page or where it was last."""
    with ExitStack() as ends:

        def opened(name: str, *options: str, **environment: str) -> Window:
            home = service.home(name)
            window = Window(desktop, home, service.data, *options, **environment)
            return ends.enter_context(window)

        yield opened


@pytest.fixture
def joined(client: Opener) -> Opener:
    """Opens a client of somebody new, who types a name and presses Enter."""

    def enters(name: str, *options: str, **environment: str) -> Window:
        window = client(name, *options, **environment)
        enter(window, name)
        return window

    return enters


def enter(window: Window, name: str) -> None:
    """From the connect page into #general, by keys."""
    window.waits_for("Your name", "text")
    window.types(name)
    window.key("Return")
    window.waits_for("Message #general", "text")
    window.waits_for(f"{name} joined", "list item")
