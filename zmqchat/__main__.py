"""`python -m zmqchat`: the same as the `zmqchat` console script."""

from __future__ import annotations

from zmqchat.cli import main

if __name__ == "__main__":
    main()
