"""Disks that run full: a small file system where one may be mounted, else a bound on files."""

from __future__ import annotations

import os
import resource
import subprocess
from contextlib import suppress
from pathlib import Path

_FAR = 2**40


def mount(place: Path, mib: int) -> bool:
    """Puts a file system of so many MiB there; False where we may not (that takes root)."""
    place.mkdir(parents=True, exist_ok=True)
    options = ("-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", str(place))
    with suppress(FileNotFoundError):
        return not subprocess.run(["mount", *options], capture_output=True).returncode
    return False


def unmount(place: Path) -> None:
    """Takes it away again, with what is on it."""
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Leaves no room on a file system, also again; returns the file that has taken it."""
    ballast = disk / "ballast"
    descriptor = os.open(ballast, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        for size in (1 << 20, 4096):
            with suppress(OSError):
                while True:
                    os.write(descriptor, b"x" * size)
    finally:
        os.close(descriptor)
    return ballast


class Disk:
    """What the realm's data lies on. `mounted`: on a file system of its own."""

    def __init__(self, place: Path, mib: int = 64) -> None:
        self.place = place
        self.mounted = mount(place, mib)
        self._ballast: Path | None = None

    def fill(self, pid: int) -> None:
        """No room any more for the process `pid`.

        Without a file system of our own its files may not grow: it is told EFBIG in place of
        ENOSPC, which SQLite calls an I/O error.
        """
        if self.mounted:
            self._ballast = fill(self.place)
        else:
            _bound(pid, 4096)

    def free(self, pid: int) -> None:
        """There is room again."""
        if self._ballast is not None:
            self._ballast.unlink()
            self._ballast = None
        elif not self.mounted:
            _bound(pid, _FAR)

    @property
    def notes(self) -> tuple[str, ...]:
        """What a disk-full is here, where it is not one."""
        bounded = "disk-full is a bound on the server's files here: mounting a disk takes root"
        return () if self.mounted else (bounded,)

    def close(self) -> None:
        """Takes the file system away."""
        if self.mounted:
            unmount(self.place)


def _bound(pid: int, size: int) -> None:
    with suppress(ProcessLookupError):
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        soft = size if size != _FAR else hard
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
