"""`python -m perf`."""

from __future__ import annotations

import sys

from perf.missing import say_what_installs

say_what_installs("perf")

from perf.cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
