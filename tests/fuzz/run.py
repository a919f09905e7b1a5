"""Fuzzes one target by its coverage: `python -m tests.fuzz.run TARGET DIRECTORY OPTION...`.

Needs atheris, which nothing else does; the options are libFuzzer's.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["zmqchat", "zmqchat_gui"]):
    from tests.fuzz.targets import TARGETS


def main() -> None:
    """Fuzzes until the options say that it is enough, or something was found."""
    program, target, *options = sys.argv
    atheris.Setup([program, *options], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
