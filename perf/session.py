"""One run of the harness: scenarios one after another, on all systems in turn, round by round."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from perf import latency, proc
from perf.child import CannotStart
from perf.outcome import Measure, Outcome, Scenario
from perf.plan import LostMessages
from perf.systems import SYSTEMS
from perf.systems.base import System
from zmqchat.security.signing import Signer, Verifier


@dataclass(frozen=True, slots=True)
class Failure:
    """A round that counts for nothing, and why."""

    scenario: str
    system: str
    number: int
    reason: str


@dataclass(slots=True)
class Session:
    """What to run. `failures` is filled by `outcomes`."""

    scenarios: Sequence[Scenario]
    against: Sequence[str]
    rounds: int
    failures: list[Failure] = field(default_factory=list)

    @property
    def steps(self) -> int:
        """How many rounds there will be on all systems together."""
        return sum(len(self._systems(s)) * self._rounds(s) for s in self.scenarios)

    def outcomes(self) -> Iterator[Outcome | Failure]:
        """Runs everything; A B A B: what disturbs the machine for a while disturbs all alike."""
        for scenario in self.scenarios:
            with ExitStack() as stack:
                names = self._systems(scenario)
                systems = [stack.enter_context(SYSTEMS[name]()) for name in names]
                for number in range(self._rounds(scenario)):
                    for system in systems:
                        yield self._round(scenario, system, number)

    def _systems(self, scenario: Scenario) -> list[str]:
        return [name for name in scenario.systems if name == "zmqchat" or name in self.against]

    def _rounds(self, scenario: Scenario) -> int:
        return min(self.rounds, scenario.rounds)

    def _round(self, scenario: Scenario, system: System, number: int) -> Outcome | Failure:
        try:
            outcome = scenario.run(system, number)
            system.rest()
        except (LostMessages, CannotStart) as error:
            failure = Failure(scenario.name, system.name, number, str(error))
            self.failures.append(failure)
            return failure
        outcome.measures += latency.measures(outcome.deliveries)
        if outcome.sampled_every > 1:
            outcome.measures.append(Measure("sampled_1_in", outcome.sampled_every, "deliveries"))
        return outcome


def machine(directory: Path) -> Outcome:
    """What the machine itself takes for what every message needs: a write to disk, a signature."""
    signer = Signer(bytes(32))
    verifier = Verifier(signer.public)
    statement = bytes(200)
    signature = signer.sign(statement)
    measures = [
        Measure("fdatasync_p50", proc.fdatasync_us(directory), "us"),
        Measure("sign_p50", proc.median_us(lambda: signer.sign(statement)), "us"),
        Measure("verify_p50", proc.median_us(lambda: verifier.verify(statement, signature)), "us"),
    ]
    return Outcome("machine", "machine", 0, measures)
