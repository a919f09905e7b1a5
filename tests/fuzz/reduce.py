"""Keeps what fuzzing found that takes new branches: `python -m tests.fuzz.reduce [DIRECTORY]`."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.fuzz.arcs import Arc, fewest
from tests.fuzz.corpus import keep, kept
from tests.fuzz.targets import TARGETS


def main(found: Path) -> None:
    """Reduces the kept inputs, and those in a directory of each target, to the fewest."""
    for target, run in TARGETS.items():
        known: set[Arc] = set()
        fresh = [path.read_bytes() for path in sorted((found / target).glob("*"))]
        needed = fewest(run, [*kept(target), *fresh], known)
        keep(target, needed)
        sys.stdout.write(f"{target}: {len(needed)} inputs take {len(known)} steps\n")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else ".fuzz"))
