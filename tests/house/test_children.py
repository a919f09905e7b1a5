"""Every Python that this project starts goes through `zmqchat.runtime.interpreter`."""

from __future__ import annotations

import ast
import re
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_ONE_PLACE = "zmqchat/runtime/interpreter.py"
_SPAWNED = "perf/spawned.py"  # which makes what multiprocessing starts safe
_PYTHON = sorted(
    path
    for folder in ("zmqchat", "gui", "perf", "scripts")
    for path in (_ROOT / folder).rglob("*")
    if path.suffix == ".py"
    or (path.is_file() and path.read_bytes().startswith(b"#!/usr/bin/env p"))
)
_SHELL = sorted(
    path
    for path in (_ROOT / "scripts").iterdir()
    if path.is_file() and path.read_bytes().startswith(b"#!/bin/sh")
)


def _starts(path: Path) -> set[str]:
    """What in it could start a Python from wherever it is."""
    tree = ast.parse(path.read_text("utf-8"))
    names = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    imports = {
        f"{node.module}.{each.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for each in node.names
    } | {
        each.name for node in ast.walk(tree) if isinstance(node, ast.Import) for each in node.names
    }
    dangerous = {"sys.executable", "sys._base_executable", "multiprocessing"}
    pool = {"concurrent.futures.ProcessPoolExecutor"}
    literal = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"python[\d.]*|.*/python[\d.]*", node.value)
    }
    return ((names | imports) & (dangerous | pool)) | literal


def test_no_python_is_started_anywhere_else() -> None:
    found = {str(path.relative_to(_ROOT)): _starts(path) for path in _PYTHON}
    assert {path: starts for path, starts in found.items() if starts} == {
        _ONE_PLACE: {"sys.executable"},
        _SPAWNED: {"multiprocessing"},
    }


def test_scripts_of_the_shell_start_it_safely_or_in_the_checkout() -> None:
    elsewhere = [path for path in _SHELL if 'cd "$(dirname "$0")/.."' not in path.read_text()]
    assert elsewhere, "scripts/client works wherever it is called"
    for path in elsewhere:
        assert re.findall(r"python\"? (?!-P )-.*", path.read_text("utf-8")) == [], path
