"""Databases as files that a test may spoil, and what verification says of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from zmqchat.storage import open_reader
from zmqchat.storage.verify import Report, verify


@contextmanager
def copy_of(database: bytes) -> Iterator[Path]:
    """A file of its own; Hypothesis's examples share a test's tmp_path."""
    with TemporaryDirectory() as directory:
        path = Path(directory) / "zmqchat.db"
        path.write_bytes(database)
        yield path


def report_of(path: Path) -> Report:
    """What verification finds in this database."""
    with closing(open_reader(path)) as reader:
        return verify(reader)
