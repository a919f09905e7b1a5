"""What every test has: a home and a log of its own, no process left, and Hypothesis profiles."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, settings

from tests.support.leftovers import no_leftovers
from tests.support.logs import own_log
from tests.support.realm import realm_fixture

__all__ = ["realm_fixture"]

# A shared machine is slow at times: neither profile times an example.
settings.register_profile(
    "fast",
    settings(),
    # CI answers for the change and not for luck: what others' runs find becomes an @example.
    derandomize=bool(os.environ.get("CI")),
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough", settings.get_profile("fast"), max_examples=2_000, derandomize=False
)
settings.load_profile("fast")  # --hypothesis-profile thorough asks for the other

_homes = count()

# A shell that starts the tests in the background has them ignore SIGINT, `nohup` has them ignore
# SIGHUP, and what they start too.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(autouse=True)
def leaves_no_process() -> Iterator[None]:
    """Fails a test that leaves a process behind, and ends that process."""
    with no_leftovers():
        yield


@pytest.fixture(autouse=True)
def log_of_its_own() -> Iterator[None]:
    """What begins to serve within a test sends this process's log and stderr elsewhere."""
    with own_log():
        yield


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Profiles and realms of a test are its own, never those of the person who runs it."""
    path = tmp_path_factory.getbasetemp() / "homes" / str(next(_homes))
    monkeypatch.setenv("ZMQCHAT_HOME", str(path))
