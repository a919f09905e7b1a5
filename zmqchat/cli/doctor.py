"""`zmqchat doctor`: what is well, what is not, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict

import typer

from zmqchat.cli.options import DataOption, JsonOption, ProfileOption
from zmqchat.cli.output import say_all
from zmqchat.cli.places import realm_directory


def doctor(
    data: DataOption = None, profile: ProfileOption = None, as_json: JsonOption = False
) -> None:
    """Check keys, ports, clock, reachability, versions."""
    from zmqchat.cli import checks

    findings = [
        *checks.versions(),
        *checks.realm(realm_directory(data)),
        *checks.profile(profile),
    ]
    say_all([asdict(finding) for finding in findings], as_json, ("level", "check", "found"))
    if any(finding.level is checks.Level.FAIL for finding in findings):
        raise typer.Exit(1)
