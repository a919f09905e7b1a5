"""`scripts/bootstrap` installs what is pinned and nothing else, whatever else there is.

With the oldest pip that is supported, from an index that holds newer versions too, without a net.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Self
from zipfile import ZipFile

import pytest

from tests.support.process import ROOT
from tests.support.wheels import pin, wheel

# What Python 3.11 and 3.12 came with first, and Debian 12 has; later ones do not run the former.
_OLDEST_PIP = "23.0.1" if sys.version_info < (3, 12) else "23.2.1"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
_BACKEND = """\
import shutil

def build_editable(directory, config_settings=None, metadata_directory=None):
    return shutil.copy("zmqchat-1-py3-none-any.whl", directory) and "zmqchat-1-py3-none-any.whl"
"""
_PYPROJECT = """\
[build-system]
requires = ["builder"]
build-backend = "backend"
backend-path = ["."]

[project]
name = "zmqchat"
version = "1"
"""


@pytest.fixture(scope="session")
def oldest_pip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The oldest pip, unpacked: Debian's, or from where this machine takes packages."""
    place = tmp_path_factory.mktemp("pip")
    found = Path(f"/usr/share/python-wheels/pip-{_OLDEST_PIP}-py3-none-any.whl")
    if not found.exists():
        command = [sys.executable, "-m", "pip", "download", "--no-deps", f"pip=={_OLDEST_PIP}"]
        done = subprocess.run([*command, "--dest", str(place)], capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"pip {_OLDEST_PIP} cannot be had here: {done.stderr.strip()[-200:]}")
        found = place / found.name
    unpacked = place / "unpacked"
    with ZipFile(found) as archive:
        archive.extractall(unpacked)
    return unpacked


class Checkout:
    """A project with our own Makefile and bootstrap; its packages are in `index`."""

    def __init__(self, directory: Path, pip: Path) -> None:
        self.index = directory / "index"
        self.root = directory / "checkout"
        (self.root / "scripts").mkdir(parents=True)
        (self.root / "requirements").mkdir()
        for file in ("Makefile", "scripts/bootstrap"):
            shutil.copy(ROOT / file, self.root / file)
        (self.root / "pyproject.toml").write_text(_PYPROJECT)
        (self.root / "backend.py").write_text(_BACKEND)
        wheel(self.root, "zmqchat", "1", requires=("library>=1",))
        for name in ("builder", "library", "plugin", "tool", "orphan"):
            wheel(self.index, name, "2")
        self.library = wheel(self.index, "library", "1", extras=("more",))
        self.plugin = wheel(self.index, "plugin", "1", requires=("library[more]>=1",))
        self.lock("build", wheel(self.index, "builder", "1"))
        self.lock("gui", self.library)
        self.lock("dev", self.library, self.plugin, wheel(self.index, "tool", "1"))
        programs = directory / "programs"
        programs.mkdir()
        (programs / "ldconfig").write_text("#!/bin/sh\nexit 1\n")  # so that no library is missed
        (programs / "ldconfig").chmod(0o755)
        ours = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        self.environment = {
            **ours,
            "PATH": f"{programs}:{ours['PATH']}",
            "PYTHON": sys.executable,
            "PYTHONPATH": str(pip),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.index),
            "PIP_IGNORE_INSTALLED": "1",
        }

    def with_environment(self) -> Self:
        """As if `.venv/` had been made before, which takes most of the time."""
        venv.create(self.root / ".venv", with_pip=False)  # there is that of PYTHONPATH
        return self

    def lock(self, group: str, *wheels: Path) -> None:
        """Pins these for a group."""
        text = "".join(map(pin, wheels))
        (self.root / "requirements" / f"{group}.txt").write_text(text)

    def started(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *command: str) -> tuple[int, str, str]:
        """Its status, and what it said on stdout and stderr."""
        with self.started(*command) as process:
            said, errors = process.communicate()
        return process.returncode, said, errors

    def bootstrap(self, *groups: str) -> str:
        """What it says; it must succeed."""
        status, said, errors = self.run("scripts/bootstrap", *groups)
        assert (status, errors) == (0, "")
        return said

    def installed(self) -> set[str]:
        """What is in .venv/, without what Python put there itself."""
        status, said, errors = self.run(".venv/bin/python", "-m", "pip", "freeze", "--all")
        assert status == 0, errors
        lines = {line for line in said.splitlines() if not line.startswith(("#", "-e"))}
        return {line for line in lines if not line.startswith(("pip==", "setuptools=="))}


@pytest.fixture
def checkout(tmp_path: Path, oldest_pip: Path) -> Checkout:
    return Checkout(tmp_path, oldest_pip)


def test_the_index_is_one_on_which_the_former_flags_fail(checkout: Checkout) -> None:
    """What this pip makes of an extra that is asked for; if it does not any more, drop its test."""
    status, said, _ = checkout.run(sys.executable, "-m", "pip", "--version")
    assert f"pip {_OLDEST_PIP} " in said
    (checkout.root / "target").mkdir()
    status, said, errors = checkout.run(
        *(sys.executable, "-m", "pip", "install", "--require-hashes", "--target", "target"),
        *("--requirement", "requirements/dev.txt"),
    )
    assert status != 0
    assert "hash" in errors.lower(), said


def test_what_is_pinned_is_installed_whatever_is_newer(checkout: Checkout) -> None:
    said = checkout.bootstrap("gui", "dev")
    assert "installing the packages of gui dev" in said
    assert checkout.installed() == {"builder==1", "library==1", "plugin==1", "tool==1"}
    assert checkout.bootstrap("gui", "dev") == checkout.bootstrap("gui") == ""


def test_who_runs_the_chat_gets_its_packages_alone_and_may_go_on_to_test(
    checkout: Checkout,
) -> None:
    checkout.with_environment()
    checkout.bootstrap("gui")
    assert checkout.installed() == {"builder==1", "library==1"}
    assert "packages of dev\n" in checkout.bootstrap("gui", "dev")
    assert checkout.installed() == {"builder==1", "library==1", "plugin==1", "tool==1"}
    checkout.lock("gui", wheel(checkout.index, "library", "1.5"))
    assert "packages of gui\n" in checkout.bootstrap("gui")
    assert "library==1.5" in checkout.installed()


def test_two_at_once_do_the_work_once(checkout: Checkout) -> None:
    with (
        checkout.started("scripts/bootstrap", "gui") as first,
        checkout.started("scripts/bootstrap", "gui") as second,
    ):
        outcomes = [process.communicate() for process in (first, second)]
    assert [(first.returncode, second.returncode)] == [(0, 0)], outcomes
    assert sorted(len(said.splitlines()) for said, _ in outcomes) == [0, 2]
    assert checkout.installed() == {"builder==1", "library==1"}


def test_what_failed_is_finished_by_the_next_run(checkout: Checkout) -> None:
    checkout.with_environment()
    away = checkout.library.rename(checkout.root / checkout.library.name)
    status, _, errors = checkout.run("scripts/bootstrap", "gui")
    assert status == 1
    assert errors.splitlines()[-1].startswith("zmqchat: pip failed (its words are above). Nothing")
    away.rename(checkout.library)
    checkout.bootstrap("gui")
    assert checkout.installed() == {"builder==1", "library==1"}


def test_pins_that_do_not_fit_together_are_refused(checkout: Checkout) -> None:
    checkout.lock("dev", checkout.plugin)
    checkout.lock("gui", wheel(checkout.index, "library", "0.5"))
    status, _, errors = checkout.run("scripts/bootstrap", "gui")
    assert status == 1
    assert "zmqchat 1 has requirement library>=1, but you have library 0.5." in errors
    assert "do not fit together" in errors.splitlines()[-1]
    assert checkout.run("scripts/bootstrap", "gui")[0] == 1, "it is not taken for installed"


def test_an_older_environment_with_what_nothing_asks_for_is_made_anew(checkout: Checkout) -> None:
    checkout.with_environment()
    orphan = wheel(checkout.index, "orphan", "1", requires=("library<1.5",))
    checkout.lock("gui", checkout.library, orphan)
    checkout.bootstrap("gui")
    checkout.lock("gui", wheel(checkout.index, "library", "2"))
    status, said, errors = checkout.run("scripts/bootstrap", "gui")
    assert status == 0
    assert "orphan 1 has requirement library<1.5, but you have library 2." in errors
    assert "made anew" in said
    assert checkout.installed() == {"builder==1", "library==2"}
