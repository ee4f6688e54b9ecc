"""Attacks graded against the exact truth about a network: what is vulnerable, what was found, what was missed."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from symadv import catalog
from symadv.adversary.definition import Definition, by_margin
from symadv.adversary.threat import ThreatModel
from symadv.classifiers._network import Network
from symadv.definitions import definition as definition_of
from symadv.language.errors import SymadvError
from symadv.probability.distribution import Distribution
from symadv.risk.judge import Bools, Floats, Judge, Marks
from symadv.risk.nearest import nearest
from symadv.risk.networks import as_network
from symadv.risk.running import Run, find, run

Rows = NDArray[np.int64]
Progress = Callable[[str, int, int], None]
Judges = tuple[tuple[Judge, list[Definition]], ...]  # one for each margin of the definitions


@dataclass(frozen=True)
class Grade:
    """What an attack found of what is vulnerable, among ``n`` samples.

    ``found``: samples whose returned point is adversarial and admissible, both decided exactly; ``found_last`` and
    ``found_any``: by the last and by any iterate (None when the attack does not show them).  ``vulnerable``: samples
    that have such a point at all.  ``missed``: the rows that are vulnerable and were not found.  ``outside``: the rows
    whose returned point the threat model does not admit even within rounding; ``ambiguous``: those of adversarial ones
    at which a forward pass in the network's own floats (by default float32) may say another label, by a rigorous bound
    of its rounding, or that are admissible only within rounding: neither found nor refuted; ``invalid``: those without
    a finite point.  ``faults``: what was wrong with what the attack returned, in words.  ``seconds``: the running time
    of the attack alone; ``queries`` and ``gradients``: the rows it sent through the network, forward and backward.
    """

    attack: str
    definition: str
    n: int
    found: int
    vulnerable: int
    found_last: int | None
    found_any: int | None
    seconds: float
    queries: int
    gradients: int
    faults: tuple[str, ...]
    missed: Rows = field(repr=False)
    ambiguous: Rows = field(repr=False)
    outside: Rows = field(repr=False)
    invalid: Rows = field(repr=False)
    x: Floats = field(repr=False)
    y: Rows = field(repr=False)
    x_adv: Floats = field(repr=False)
    _judge: Judge = field(repr=False)
    _meaning: Definition = field(repr=False)

    @property
    def recall(self) -> float | None:
        """The share of the vulnerable samples that was found; None when nothing is vulnerable."""
        return self.found / self.vulnerable if self.vulnerable else None

    @property
    def at_fault(self) -> bool:
        """Whether the attack returned something else than admissible points."""
        return bool(self.faults) or len(self.outside) > 0

    def logit_gap(self, row: int) -> tuple[float, float]:
        """The exact distance of the two largest logits at a returned point, and how far a forward pass may be off."""
        return self._judge.logit_gap(self.x_adv[row])

    def witness(self, row: int) -> Floats | None:
        """An adversarial point (d,) for a vulnerable sample, admissible and adversarial in exact arithmetic.

        None when none was found: the sample is not vulnerable, or its adversarial points lie between the floats.
        """
        return self._judge.witness(row, self._meaning)


def grade(
    attack: str | Callable[..., Any],
    network: Any,
    d: Distribution,
    threat: ThreatModel,
    *,
    definition: str | Definition = "label_invariant",
    n: int = 10_000,
    seed: int = 0,
    constrained: bool | None = None,
    **options: Any,
) -> Grade:
    r"""An attack on ``n`` samples of d against the exact truth; "attacked, hence vulnerable" is asserted for each.

    ``attack``: the name of one, or a function as the room describes it; ``options`` go to it.  ``constrained``: whether
    it is told ``allowed`` $= \{\tilde x : c(\tilde x) = y\}$, the points whose true label is y (default: for attacks
    whose name begins with ``label_``).  What an attack returns that is no admissible point is told, and not counted.
    """
    meant = (definition,)
    found = grades(attack, network, d, threat, definitions=meant, n=n, seed=seed, constrained=constrained, **options)
    return next(iter(found.values()))


def grades(
    attack: str | Callable[..., Any],
    network: Any,
    d: Distribution,
    threat: ThreatModel,
    *,
    definitions: Iterable[str | Definition] | None = None,
    n: int = 10_000,
    seed: int = 0,
    constrained: bool | None = None,
    iterates: bool = True,
    progress: Progress | None = None,
    **options: Any,
) -> dict[str, Grade]:
    """One run of an attack under each of some definitions (by default all members of the room), by name.

    As ``grade``; without ``iterates``, only what is returned is judged.  ``progress(stage, done, total)`` follows.
    """
    _check_number(n)
    meanings = _meanings(catalog.names("definitions") if definitions is None else definitions)
    name = find(attack)[0]
    kept = name.rpartition(":")[2].startswith("label_") if constrained is None else constrained
    known = as_network(network, d)
    judges = tuple((_judge(known, d, threat, margin, n, seed), own) for margin, own in by_margin(meanings))
    told = progress or (lambda stage, done, total: None)
    seen = _Iterates(judges, told)
    found = run(
        attack,
        known,
        judges[0][0].x,
        judges[0][0].y,
        threat=threat,
        allowed=judges[0][0].allowed(kept),
        rng=np.random.default_rng([seed, 1]),
        told={"labels": d.labels, "project": nearest(d)},
        visit=seen if iterates else None,
        options=options,
    )
    graded = {one.definition: one for one in _graded(name, judges, found, seen, told)}
    return {meaning.name: graded[meaning.name] for meaning in meanings}


def _meanings(given: Iterable[str | Definition]) -> list[Definition]:
    return [definition_of(m) if isinstance(m, str) else m for m in given]


def _check_number(n: Any) -> None:
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise SymadvError(f"got n = {n!r}, wanted a number of samples, an int >= 1")


@lru_cache(maxsize=4)
def _judge(network: Network, d: Distribution, threat: ThreatModel, margin: sympy.Expr, n: int, seed: int) -> Judge:
    """A judge with ``n`` samples; kept, since several attacks on one network are graded by the same truth."""
    return Judge(network, d, threat, *d.sample(n, rng=np.random.default_rng([seed, 0])), margin)


class _Iterates:
    """What the iterates of an attack break under each definition, the last one and any; none is stored."""

    def __init__(self, judges: Judges, told: Progress) -> None:
        self.judges, self.told = judges, told
        self.last: dict[str, Bools] = {}
        self.any: dict[str, Bools] = {}
        self.seen = 0

    def __call__(self, points: Floats) -> None:
        """Take in the next iterate (n, d)."""
        self.seen += 1
        self.told("attacking", self.seen, 0)
        self.last = {name: marks.broken for name, marks in _marks(self.judges, points).items()}
        self.any = {name: broken | self.any.get(name, False) for name, broken in self.last.items()}


def _marks(judges: Judges, points: Floats) -> dict[str, Marks]:
    return {name: marks for judge, own in judges for name, marks in judge.marks(points, own).items()}


def _graded(name: str, judges: Judges, found: Run, iterates: _Iterates, told: Progress) -> Iterator[Grade]:
    """A grade for each definition; a contradiction to the exact truth is raised."""
    marks, total = _marks(judges, found.x_adv), sum(len(own) for _, own in judges)
    pairs = [(judge, meaning) for judge, own in judges for meaning in own]
    for k, (judge, meaning) in enumerate(pairs):
        told("comparing with the exact truth", k, total)
        key, vulnerable = meaning.name, judge.vulnerable(meaning)
        last, any_ = iterates.last.get(key), iterates.any.get(key)
        for broken in (marks[key].broken, *(b for b in (last, any_) if b is not None)):
            judge.refuse_contradictions(broken, vulnerable, meaning)
        yield Grade(
            attack=name,
            definition=key,
            n=len(judge.x),
            found=int(marks[key].broken.sum()),
            vulnerable=int(vulnerable.sum()),
            found_last=None if last is None else int(last.sum()),
            found_any=None if any_ is None else int(any_.sum()),
            seconds=found.seconds,
            queries=found.queries,
            gradients=found.gradients,
            faults=found.faults,
            missed=np.flatnonzero(vulnerable & ~marks[key].broken),
            ambiguous=np.flatnonzero(marks[key].ambiguous),
            outside=np.flatnonzero(~judge.admits(found.x_adv)),
            invalid=np.flatnonzero(found.invalid),
            x=judge.x,
            y=judge.y,
            x_adv=found.x_adv,
            _judge=judge,
            _meaning=meaning,
        )
