"""The desktop's menu has zmqchat, and opens zmqchat:// links with it: for this user, without root.

What is written is what the freedesktop.org specifications ask for: a desktop entry whose `MimeType`
names the links' scheme, an icon of the same name, and the cache where the desktop looks links up.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from zmqchat.errors import ChatError, Code
from zmqchat.runtime import interpreter

_HERE = Path(__file__).parent
_TEMPLATE = _HERE / "zmqchat.desktop"
_ICON = _HERE.parent / "views" / "icons" / "app" / "zmqchat.svg"
_ENTRY = "zmqchat.desktop"
_SCHEME = "x-scheme-handler/zmqchat"
_PATIENCE_S = 30.0
_PLAIN = re.compile(r"[\w@%+=:,./-]+")


def install() -> Iterator[str]:
    """Puts the entry and the icon in place, over older ones; yields what was done, in sentences.

    ChatError(DATA_DIRECTORY) where they cannot be written.
    """
    program = command()
    try:
        _write(entry_path(), entry(program).encode())
        _write(icon_path(), _ICON.read_bytes())
    except OSError as error:
        raise _failed(error) from None
    yield f"zmqchat is in the menu of your desktop, and starts {program[0]}."
    if _refreshed() or _run("xdg-mime", "default", _ENTRY, _SCHEME):
        yield "A click on a zmqchat:// link asks, and then opens it here."
    else:
        yield (
            "Links are opened here once your desktop has looked for new programs: log in anew, or "
            "install desktop-file-utils and do this again."
        )


def remove() -> Iterator[str]:
    """Takes both away again; yields what was done, in sentences."""
    there = entry_path().exists() or icon_path().exists()
    try:
        entry_path().unlink(missing_ok=True)
        icon_path().unlink(missing_ok=True)
    except OSError as error:
        raise _failed(error) from None
    _refreshed()
    yield (
        "zmqchat is no longer in the menu of your desktop; your profiles and messages stay."
        if there
        else "zmqchat was not in the menu of your desktop."
    )


def entry_path() -> Path:
    """Where the entry is."""
    return _share() / "applications" / _ENTRY


def icon_path() -> Path:
    """Where the icon is."""
    return _share() / "icons" / "hicolor" / "scalable" / "apps" / _ICON.name


def _share() -> Path:
    """The user's data directory; a path that is not absolute is ignored, as the standard says."""
    given = Path(os.environ.get("XDG_DATA_HOME", ""))
    return given if given.is_absolute() else Path.home() / ".local" / "share"


def command() -> list[str]:
    """How to start this very installation, from anywhere: the program beside its interpreter."""
    script = interpreter.program("zmqchat")
    return [script] if script else list(interpreter.command("zmqchat"))


def entry(program: Sequence[str]) -> str:
    """The desktop entry that starts `program`, with the home of profiles that is in use now."""
    home = os.environ.get("ZMQCHAT_HOME")
    words = ["env", f"ZMQCHAT_HOME={Path(home).absolute()}", *program] if home else program
    text = _TEMPLATE.read_text(encoding="utf-8").replace("@TRY@", _string(program[0]))
    return text.replace("@EXEC@", " ".join(map(_argument, words)))


def _string(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _argument(text: str) -> str:
    """An argument as `Exec` has it: `%` begins a code, and what needs no quotes has none, since
    xdg-open does not understand them.
    """
    text = text.replace("%", "%%")
    if _PLAIN.fullmatch(text):
        return text
    for character in '\\"`$':
        text = text.replace(character, f"\\{character}")
    return f'"{_string(text)}"'


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(path)


def _refreshed() -> bool:
    """Whether the desktop's cache of who opens what is as the entries are."""
    directory = entry_path().parent
    return directory.is_dir() and _run("update-desktop-database", str(directory))


def _run(program: str, *arguments: str) -> bool:
    found = shutil.which(program)
    if found is None:
        return False
    done = subprocess.run(
        [found, *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=_PATIENCE_S,
    )
    return done.returncode == 0


def _failed(error: OSError) -> ChatError:
    return ChatError(
        Code.DATA_DIRECTORY,
        f"the desktop entry cannot be changed: {error.filename}: {error.strerror}",
    )
