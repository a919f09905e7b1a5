"""What is published says truly what it holds: its licences, files and requirements."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from email.message import Message
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement

from tests.support.process import ROOT

# What the Unicode Consortium gave out with the data of Unicode 15.0: LICENSE of ICU 72, to its end
# of what is Unicode's own, which is unicode-license.txt of CLDR but for the year.
_UNICODE = "68f5b9f5ea36881a0942ba02f558e9e1faf76cc09cb165ad801744c61b738844"
_LICENCES = {
    "Apache-2.0": "LICENSE",
    "OFL-1.1": "gui/zmqchat_gui/views/fonts/OFL.txt",
    "Unicode-DFS-2016": "zmqchat/protocol/data/UNICODE-LICENSE.txt",
}
_OURS = {".py", ".pyi", ".typed", ".qml", ".svg", ".desktop", ".mako", ".qm", ".ts", ""}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """The wheel, built by the backend that is installed: nothing is fetched."""
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "hatchling",
            "build",
            "--target",
            "wheel",
            "--directory",
            str(place),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = place.glob("*.whl")
    return ZipFile(path)


@pytest.fixture(scope="module")
def metadata(wheel: ZipFile) -> Message:
    (path,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return Parser().parsestr(wheel.read(path).decode())


def test_the_licence_names_all_that_is_in_it(metadata: Message) -> None:
    assert metadata["License-Expression"] == " AND ".join(_LICENCES)
    assert set(metadata.get_all("License-File", [])) == set(_LICENCES.values())


def test_every_licence_is_in_it(wheel: ZipFile) -> None:
    for path in _LICENCES.values():
        (found,) = (n for n in wheel.namelist() if n.endswith(f".dist-info/licenses/{path}"))
        assert wheel.read(found) == (ROOT / path).read_bytes()


def test_nothing_else_of_others_is_in_it(wheel: ZipFile) -> None:
    """Whatever is neither text of ours nor covered by a licence beside it."""
    covered = [Path(path).parent for path in _LICENCES.values() if "/" in path]
    places = {
        str(place.relative_to("gui") if place.parts[0] == "gui" else place) for place in covered
    }
    files = [Path(name) for name in wheel.namelist() if ".dist-info/" not in name]
    others = [f for f in files if f.suffix not in _OURS and str(f.parent) not in places]
    assert others == []


def test_the_text_of_unicodes_licence_is_unicodes() -> None:
    text = (ROOT / _LICENCES["Unicode-DFS-2016"]).read_bytes()
    assert hashlib.sha256(text).hexdigest() == _UNICODE


def test_what_it_asks_for(metadata: Message) -> None:
    asked = {r.name.lower(): r for r in map(Requirement, metadata.get_all("Requires-Dist", []))}
    qt = asked["pyside6-essentials"].specifier
    assert "6.11.3" in qt
    assert "6.12.0" not in qt
    dbus = asked["dbus-fast"]
    assert dbus.marker is not None
    assert dbus.marker.evaluate({"sys_platform": "linux", "extra": "gui"})
    assert not dbus.marker.evaluate({"sys_platform": "darwin", "extra": "gui"})
    assert "2.46.0" not in dbus.specifier
