"""`python -m perf run|compare|profile`: what `make perf` and its like call."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from perf import catalogue
from perf.child import CannotStart
from perf.files import delivery_log, write_summary
from perf.notes import notes
from perf.outcome import Outcome
from perf.plan import LostMessages
from perf.session import Failure, Session, machine
from perf.summary import summarise
from perf.systems import BASELINES, FURTHER
from perf.systems.zmqchat import Zmqchat

_DIRECTORY = Path("build/perf")
_CONSOLE = Console(width=None if sys.stdout.isatty() else 170)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; its exit status: 0 when all was measured, 1 when something failed."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except catalogue.UnknownScenario as error:
        print(f"perf: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("perf: stopped; what was measured so far is not summarised", file=sys.stderr)
        return 130
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m perf", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="measure scenarios")
    run.add_argument(
        "scenarios", nargs="*", metavar="SCENARIO", help=f"default: {' '.join(catalogue.DEFAULT)}"
    )
    run.add_argument("--full", action="store_true", help="all scenarios, more rounds")
    run.add_argument(
        "--against", nargs="*", choices=[*BASELINES, *FURTHER], default=list(BASELINES)
    )
    run.add_argument("--rounds", type=int, help="rounds of each (default 3, with --full 5)")
    run.add_argument("--csv", type=Path, default=_DIRECTORY, metavar="DIR", help="where files go")
    run.set_defaults(run=_run)
    compare = commands.add_parser("compare", help="two directories' figures side by side")
    compare.add_argument("before", type=Path)
    compare.add_argument("after", type=Path)
    compare.set_defaults(run=_compare)
    profile = commands.add_parser("profile", help="where the time of a message goes")
    profile.add_argument("scenario", nargs="?", default="fanout-50", metavar="SCENARIO")
    profile.add_argument("--seconds", type=int, default=10)
    profile.add_argument("--csv", type=Path, default=_DIRECTORY, metavar="DIR")
    profile.set_defaults(run=_profile)
    return parser


def _run(options: argparse.Namespace) -> int:
    from perf import table
    from perf.plots import Plots

    names = options.scenarios or (catalogue.FULL if options.full else catalogue.DEFAULT)
    rounds = options.rounds or (5 if options.full else 3)
    session = Session([catalogue.find(name) for name in names], options.against, rounds)
    plots = Plots()
    outcomes: list[Outcome] = []
    with delivery_log(options.csv) as log:
        outcomes.append(machine(options.csv))
        for outcome in _with_progress(session):
            log.add(outcome)
            plots.add(outcome)
            outcome.deliveries.clear()
            outcomes.append(outcome)
    rows = summarise(outcomes, options.against)
    write_summary(options.csv, rows)
    pictures = plots.write(options.csv, rows)
    against = [name for name in options.against if name in {row.system for row in rows}]
    found = table.lines(session.scenarios, rows, against)
    lines = list(notes(rows, session.rounds))
    text = table.markdown(found, against, lines, session.failures)
    table.write_markdown(options.csv, text)
    _CONSOLE.print(table.on_terminal(found, against))
    _CONSOLE.print("\n".join([*lines, f"{len(pictures)} pictures and the CSV: {options.csv}/"]))
    return 1 if session.failures else 0


def _with_progress(session: Session) -> list[Outcome]:
    found = []
    columns = (
        TextColumn("{task.description:<32}"),
        *(BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("starting", total=session.steps)
        for outcome in session.outcomes():
            progress.update(task, advance=1, description=f"{outcome.scenario} {outcome.system}")
            if isinstance(outcome, Failure):
                progress.console.print(
                    f"FAILED {outcome.scenario} on {outcome.system}: {outcome.reason}", style="red"
                )
            else:
                found.append(outcome)
    return found


def _compare(options: argparse.Namespace) -> int:
    from perf.compare import compare

    try:
        _CONSOLE.print(compare(options.before, options.after))
    except OSError as error:
        print(f"perf: {error.filename}: {error.strerror} (`perf run` makes it)", file=sys.stderr)
        return 1
    except KeyError as error:
        print(f"perf: not a summary of `perf run`: no column {error}", file=sys.stderr)
        return 1
    return 0


def _profile(options: argparse.Namespace) -> int:
    from perf.profiling import CannotProfile, profile

    scenario = catalogue.find(options.scenario)
    try:
        with Zmqchat() as system:
            for found in profile(scenario, system, options.seconds, options.csv):
                _CONSOLE.print(found)
    except (CannotProfile, LostMessages, CannotStart) as error:
        print(f"perf: {error}", file=sys.stderr)
        return 1
    return 0
