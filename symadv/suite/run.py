"""The suite as tasks, one for each network, and what they found; the same for any number of workers."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

from symadv.language.errors import SymadvError, unknown
from symadv.probability.seeds import seed_of
from symadv.suite.problems import PROBLEMS, SEEDS, SHORT

BUDGET = 120  # gradients, or queries for attacks without gradients, for each sample


@dataclass(frozen=True)
class Attack:
    """An attack of the room under the name it has in tables; ``kept``: told to keep the true label.

    In the suite its effort is at most ``BUDGET`` gradients a sample, for a grid as many queries and one.
    """

    shown: str
    name: str
    options: tuple[tuple[str, Any], ...] = ()
    kept: bool = False
    library: str = ""

    @property
    def grid(self) -> bool:
        """Whether it looks at the points of a grid, without gradients and iterates."""
        return self.name == "exhaustive"

    def effort(self, features: int) -> dict[str, Any]:
        """The options, those of a grid for a number of features."""
        grid = {"points": 11 if features == 2 else BUDGET + 1} if self.grid else {}
        return {**dict(self.options), **grid}


ATTACKS = (
    Attack("pgd", "pgd", (("steps", 40), ("restarts", 3))),
    Attack("pgd, cross-entropy", "pgd", (("steps", 40), ("restarts", 3), ("loss", "cross_entropy"))),
    Attack("label_pgd", "label_pgd", (("steps", 10), ("restarts", 12), ("halvings", 6)), kept=True),
    Attack("grid", "exhaustive"),
    Attack("grid, label kept", "exhaustive", kept=True),
    Attack("foolbox", "foolbox", (("steps", 40), ("restarts", 3)), library="foolbox"),
    Attack("torchattacks", "torchattacks", (("steps", 40), ("restarts", 3)), library="torchattacks"),
)


@dataclass(frozen=True)
class Outcome:
    """What one attack found on one network under one definition, of ``n`` samples; costs are for each sample."""

    problem: str
    index: int
    attack: str
    definition: str
    n: int
    vulnerable: int
    found: int
    gradients: float
    queries: float
    faults: tuple[str, ...]

    @property
    def recall(self) -> float | None:
        """The share of the vulnerable samples that was found; None when nothing is vulnerable."""
        return self.found / self.vulnerable if self.vulnerable else None


@dataclass(frozen=True)
class Task:
    """One network of one problem, under all attacks."""

    problem: str
    index: int
    attacks: tuple[Attack, ...]
    n: int
    seed: int

    def run(self) -> tuple[Outcome, ...]:
        """The outcomes under every definition."""
        import torch

        from symadv.risk.networks import as_network
        from symadv.suite.weights import attacked

        torch.set_num_threads(1)
        problem = PROBLEMS[self.problem]
        network = as_network(attacked(problem, self.index), problem.d)  # read once, so that its truth is found once
        return tuple(found for attack in self.attacks for found in self._under(attack, problem, network))

    def _under(self, attack: Attack, problem: Any, network: Any) -> Iterator[Outcome]:
        from symadv.risk.graded import grades

        d, seed = problem.d, seed_of("suite", problem.name, str(self.index), str(self.seed))
        effort = attack.effort(len(d.features))
        asked: dict[str, Any] = {"n": self.n, "seed": seed, "constrained": attack.kept, "iterates": False}
        for name, one in grades(attack.name, network, d, problem.threat, **asked, **effort).items():
            faults = (*one.faults, *([f"{len(one.outside)} points are not admissible"] if len(one.outside) else []))
            cost = one.gradients / one.n, one.queries / one.n
            yield Outcome(problem.name, self.index, attack.shown, name, one.n, one.vulnerable, one.found, *cost, faults)


@dataclass(frozen=True)
class Suite:
    """All outcomes, in the order of problems, networks, attacks and definitions."""

    outcomes: tuple[Outcome, ...] = field(repr=False)
    n: int
    seed: int

    @property
    def problems(self) -> tuple[str, ...]:
        """The names of the problems."""
        return tuple(dict.fromkeys(o.problem for o in self.outcomes))

    @property
    def attacks(self) -> tuple[str, ...]:
        """The attacks as they are called in tables."""
        return tuple(dict.fromkeys(o.attack for o in self.outcomes))

    @property
    def definitions(self) -> tuple[str, ...]:
        """The names of the definitions."""
        return tuple(dict.fromkeys(o.definition for o in self.outcomes))

    @property
    def faults(self) -> tuple[str, ...]:
        """What was wrong with what attacks returned."""
        return tuple(f"{o.attack} on {o.problem}: {words}" for o in self.outcomes for words in o.faults)

    def of(self, problem: str, attack: str, definition: str) -> tuple[Outcome, ...]:
        """The outcomes on the networks of one problem."""
        return tuple(o for o in self.outcomes if (o.problem, o.attack, o.definition) == (problem, attack, definition))


def suite(
    *,
    problems: Sequence[str] | None = None,
    attacks: Sequence[str] | None = None,
    networks: int = SEEDS,
    n: int = 300,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Suite:
    """Every attack on every problem under every definition, with equal effort, against the exact truth.

    ``problems`` and ``attacks`` are names (default: all; libraries that are not installed are left out); ``networks``
    of each problem, ``n`` samples for each.  ``executor``: any of ``concurrent.futures``; the result does not depend on
    it.  ``progress(stage, done, total)`` follows the work.
    """
    if not 1 <= networks <= SEEDS:
        raise SymadvError(f"got {networks} networks of each problem, wanted a number from 1 to {SEEDS}")
    chosen = _attacks(attacks)
    names = tuple(PROBLEMS) if problems is None else tuple(problems)
    for name in names:
        if name not in PROBLEMS:
            raise unknown("problem", name, PROBLEMS)
    tasks = [Task(name, k, chosen, n, seed) for name in names for k in range(networks)]
    told = progress or (lambda stage, done, total: None)
    done = _serially(tasks, told) if executor is None else _in_parallel(tasks, executor, told)
    return Suite(tuple(outcome for outcomes in done for outcome in outcomes), n, seed)


def short(*, networks: int = 2, seed: int = 0) -> Suite:
    """A few problems, attacks and networks: what a few seconds allow."""
    return suite(problems=SHORT, attacks=("pgd", "pgd, cross-entropy", "label_pgd"), networks=networks, n=60, seed=seed)


def perform(task: Task) -> tuple[Outcome, ...]:
    """Run one task (in any process)."""
    return task.run()


def _attacks(names: Sequence[str] | None) -> tuple[Attack, ...]:
    known = {attack.shown: attack for attack in ATTACKS}
    if names is None:
        return tuple(a for a in ATTACKS if not a.library or find_spec(a.library) is not None)
    for name in names:
        if name not in known:
            raise unknown("attack of the suite", name, known)
    return tuple(known[name] for name in names)


def _serially(tasks: Sequence[Task], told: Callable[[str, int, int], None]) -> Iterator[tuple[Outcome, ...]]:
    for k, task in enumerate(tasks):
        told(task.problem, k, len(tasks))
        yield task.run()


def _in_parallel(
    tasks: Sequence[Task], executor: Executor, told: Callable[[str, int, int], None]
) -> list[tuple[Outcome, ...]]:
    futures = {executor.submit(perform, task): task for task in tasks}
    found = {}
    for k, future in enumerate(as_completed(futures)):
        task = futures[future]
        told(task.problem, k, len(tasks))
        found[task] = future.result()
    return [found[task] for task in tasks]
