"""Prints what the kept inputs do not reach of `MODULES`, a JSON object: `python -m …branches`.

In a process of its own: lines that a module runs when it is imported have to be seen as well.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import coverage


def missing() -> dict[str, dict[str, list[str]]]:
    """By module and function, the steps that no kept input takes: "this line -> that line"."""
    measured = coverage.Coverage(branch=True, source_pkgs=["zmqchat"], data_file=None)
    measured.start()
    from tests.fuzz.arcs import MODULES
    from tests.fuzz.corpus import kept
    from tests.fuzz.targets import TARGETS

    for target, run in TARGETS.items():
        for data in kept(target):
            run(data)
    measured.stop()
    with tempfile.TemporaryDirectory() as directory:
        report = Path(directory) / "coverage.json"
        measured.json_report(outfile=str(report))
        files = json.loads(report.read_text())["files"]
    paths = {Path(str(module.__file__)) for module in MODULES}
    return {
        path.name: {where: _steps(path, held) for where, held in file["functions"].items()}
        for name, file in files.items()
        if (path := Path(name).resolve()) in paths
    }


def _steps(path: Path, held: dict[str, Any]) -> list[str]:
    lines = ["", *map(str.strip, path.read_text().splitlines())]
    branches = [
        f"{lines[start]} -> {lines[end] if end > 0 else 'return'}"
        for start, end in held["missing_branches"]
    ]
    return branches or [lines[line] for line in held["missing_lines"]]


if __name__ == "__main__":
    json.dump(missing(), sys.stdout)
