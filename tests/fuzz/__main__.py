"""`make fuzz`: every target for its share of the time, from the kept inputs on.

What earlier runs came across is in `.fuzz/TARGET/` and is gone on with; what made one fail is in
`.fuzz/found/`. Ends with 1 where something was found.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
from pathlib import Path

from tests.fuzz.corpus import kept
from tests.fuzz.targets import TARGETS

_WORK = Path(".fuzz")
_FOUND = _WORK / "found"
_LONGEST = 4096
_SLOW_S = 5
"""An input of so few bytes that takes so long is a finding, too."""


def _seeded(target: str) -> Path:
    """The directory of a target, with the kept inputs in it."""
    directory = _WORK / target
    directory.mkdir(parents=True, exist_ok=True)
    for data in kept(target):
        (directory / hashlib.blake2b(data, digest_size=10).hexdigest()).write_bytes(data)
    return directory


def _fuzz(target: str, seconds: int) -> bool:
    """Whether nothing was found."""
    prefix = f"{_FOUND}/{target}-"
    options = [f"-max_total_time={seconds}", f"-max_len={_LONGEST}", f"-timeout={_SLOW_S}"]
    command = [sys.executable, "-m", "tests.fuzz.run", target, *options, "-verbosity=1"]
    command += [f"-artifact_prefix={prefix}", str(_seeded(target))]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    said = run.stdout.decode(errors="replace")
    tried = re.findall(r"^#(\d+)\s+\w+\s+cov: (\d+)", said, re.MULTILINE)
    runs, steps = tried[-1] if tried else ("0", "0")
    outcome = "nothing found" if run.returncode == 0 else "FOUND (see below)"
    sys.stdout.write(f"{target:10} {int(runs):>12,} inputs {steps:>6} edges  {outcome}\n")
    if run.returncode:
        sys.stdout.write(f"{said[-4000:]}\n")
    sys.stdout.flush()
    return run.returncode == 0


def main() -> int:
    """Parses the arguments, and fuzzes."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=600, help="for all targets together")
    parser.add_argument("target", nargs="*", help=f"of {', '.join(TARGETS)}; all unless given")
    asked = parser.parse_args()
    unknown = sorted(set(asked.target) - set(TARGETS))
    if unknown:
        parser.error(f"there is no target {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    targets = asked.target or list(TARGETS)
    _FOUND.mkdir(parents=True, exist_ok=True)
    share = max(1, asked.seconds // len(targets))
    well = [_fuzz(target, share) for target in targets]
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main())
