"""`python -m tests.chaos`: one seed, a script, or seeds for hours. See docs/reliability.md."""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from tests.chaos import plants
from tests.chaos.drive import Outcome, drive
from tests.chaos.faults import SORTS, Script, Storm, parse, text_of
from tests.chaos.figures import Figures, figures, total
from tests.chaos.judge import Finding, Invariant, judge
from tests.chaos.plan import first_pass, storms
from tests.chaos.shrink import shrunk

_SHOWN = 10
_LEAST_A_SECOND = 10
"""So many messages must be acknowledged for each second that storms begin in."""


def main() -> int:
    """The exit status: 0 where all that is promised was kept."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # ends all it started
    if options.plant:
        os.environ[plants.VARIABLE] = options.plant
    if options.hours:
        return _soak(options)
    result, findings, outcome = _run(options, options.seed, options.script)
    title = f"seed {options.seed}" if options.script is None else "script"
    if findings:
        _tell(title, findings, outcome)
        if options.shrink:
            _shrink(options, findings, outcome)
    print(f"{title}, {result}")
    return 1 if findings else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="which storms there are")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long storms begin")
    parser.add_argument("--script", type=_script, help="a file with storms, in place of the seed's")
    parser.add_argument("--hours", type=float, default=0.0, help="seeds one after another, so long")
    parser.add_argument("--shrink", type=int, default=12, help="runs to make a failure shorter in")
    parser.add_argument(
        "--figures", type=Path, help="where to put the figures as JSON, a line a run"
    )
    parser.add_argument("--plant", choices=sorted(plants.PLANTS), help="a bug that must be found")
    return parser.parse_args()


def _script(path: str) -> Script:
    try:
        return parse(Path(path).read_text())
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _run(
    options: argparse.Namespace, seed: int, script: Script | None
) -> tuple[Figures, list[Finding], Outcome]:
    every: Iterable[Storm] = storms(seed) if script is None else script
    at_least = len(first_pass(seed)) if script is None else 0
    with tempfile.TemporaryDirectory(prefix="zmqchat-chaos-") as place:
        outcome = drive(
            every,
            Path(place),
            seconds=options.seconds if script is None else math.inf,
            at_least=at_least,
            wanted=SORTS if script is None else frozenset(),
            least=int(_LEAST_A_SECOND * options.seconds) if script is None else 0,
        )
    for note in outcome.notes:
        print(note, flush=True)
    findings = judge(outcome.evidence)
    result = figures(outcome.evidence, findings, outcome.seconds)
    if options.figures:
        with options.figures.open("ab") as file:
            file.write(msgspec.json.encode({"seed": seed, **result.to_json()}) + b"\n")
    return result, findings, outcome


def _tell(title: str, findings: list[Finding], outcome: Outcome) -> None:
    print(f"{title} FAILED:")
    for finding in findings[:_SHOWN]:
        print(f"  {finding}")
    if len(findings) > _SHOWN:
        print(f"  and {len(findings) - _SHOWN} more")
    print(f"script, for make chaos SCRIPT=FILE:\n{text_of(outcome.script)}", flush=True)


def _shrink(options: argparse.Namespace, findings: list[Finding], outcome: Outcome) -> None:
    """Looks for a shorter script under which one of the same invariants does not hold."""
    broken = {finding.invariant for finding in findings} - {Invariant.ENOUGH, Invariant.USED}
    if not broken:
        return

    def fails(script: Script) -> bool:
        _, found, _ = _run(options, options.seed, script)
        return bool(broken & {finding.invariant for finding in found})

    short = shrunk(outcome.script, fails, options.shrink)
    print(f"the shortest script found that fails so:\n{text_of(short)}", flush=True)


def _soak(options: argparse.Namespace) -> int:
    deadline = time.monotonic() + options.hours * 3600
    seed = options.seed
    results: list[Figures] = []
    failed: list[int] = []
    while not results or time.monotonic() < deadline:
        result, findings, outcome = _run(options, seed, None)
        results.append(result)
        print(f"seed {seed}, {result}", flush=True)
        if findings:
            failed.append(seed)
            _tell(f"seed {seed}", findings, outcome)
        seed += 1
    ends = f"failed: {', '.join(map(str, failed))}" if failed else "none failed"
    print(f"{len(results)} seeds, {ends}, {total(results)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
