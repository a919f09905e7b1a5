"""The performance harness: what this system does a second, and what a message waits for.

`python -m perf run` measures scenarios (`scenarios`) on systems (`systems`): zmqchat itself and the
baselines that its figures are ratios of. Clients run in generator processes of their own
(`worker`), speak the real wire protocol and check every message; `report` writes what was found.
"""
