r"""The smallest risk of all classifiers: $\min_f \Pr[\text{vulnerable}]$, from which samples exclude each other.

For the adversarial loss, two samples of different labels whose balls meet are never both robustly right; so what the
best classifier loses is the largest mass of pairs in conflict, half of one minus an optimal transport cost for equal
priors [bhagoji2019, pydi2020].
"""

from dataclasses import dataclass, field, replace
from itertools import combinations

import sympy

from symadv.adversary.definition import EVERYWHERE, Definition, Y, not_F
from symadv.adversary.threat import ThreatModel
from symadv.classifiers import classifier
from symadv.definitions import definition as definition_of
from symadv.language.errors import SymadvError
from symadv.language.order import compare
from symadv.probability.density import Univariate
from symadv.probability.distribution import Distribution
from symadv.risk._conflicts import Conflicts, Node, conflicts
from symadv.risk._flow import flow_bounds
from symadv.risk._transport import optimal
from symadv.risk.bound import Bound, Range, enclose
from symadv.risk.exact import risk
from symadv.risk.sums import by_flats

_MOST_ATOMS = 8


@dataclass(frozen=True)
class SmallestRisk(Bound):
    """Bounds for the smallest risk of all classifiers; ``expression`` is it when they meet, ``reason`` says why."""

    expression: sympy.Expr | None = field(kw_only=True)
    reason: str = field(kw_only=True)


def smallest_risk(
    d: Distribution, threat: ThreatModel, *, definition: str | Definition = "adversarial_loss"
) -> SmallestRisk:
    r"""$\min_f$ of the risk over all classifiers of two labels, exactly where a coupling shows that none is better.

    Samples on points and parallel lines; elsewhere than between single laws of one shape, on each set of lines within
    reach of each other, it is bounded from both sides.  Under a definition by which a constant classifier or the Bayes
    rule is never vulnerable it is 0.
    """
    d.require_numbers("the smallest risk")
    meaning = definition_of(definition) if isinstance(definition, str) else definition
    places = {(pair.clean, pair.perturbed) for pair in meaning.pairs}
    if places == {(not_F(Y), EVERYWHERE)}:
        return _adversarial(d, replace(threat, eps=0), "samples of two labels at one point")
    if places == {(EVERYWHERE, not_F(Y))}:
        return _adversarial(d, threat, "samples of two labels whose balls meet")
    for name, options in (*(("constant", {"label": y}) for y in d.labels), ("bayes", {})):
        bound = risk(classifier(name, d, **options), d, threat, definition=meaning)
        if bound.upper == 0:
            told = f"the constant classifier {options['label']}" if options else "the Bayes label of the projection"
            return _exact(sympy.S.Zero, f"{told} is never vulnerable")
    raise SymadvError(f"the smallest risk under {meaning.name} is not known for {d.name}")


def _exact(value: sympy.Expr, reason: str) -> SmallestRisk:
    return SmallestRisk(*enclose(value), "exact", expression=value, reason=reason)


def _adversarial(d: Distribution, threat: ThreatModel, pairs: str) -> SmallestRisk:
    total, exact, bounded = sympy.S.Zero, [0.0, 0.0], False
    for component in conflicts(by_flats(d), threat).components():
        found = _component(component)
        if isinstance(found, tuple):
            exact, bounded = [a + b for a, b in zip(exact, found, strict=True)], True
        else:
            total += found
    if not bounded:
        return _exact(total, f"{pairs} exclude each other: a coupling of such pairs has the loss of a classifier")
    low, high = enclose(total)
    reason = f"{pairs} exclude each other: a flow between cells of such pairs, and a cut"
    ends = max(0.0, low + exact[0] - 1e-15), min(1.0, high + exact[1] + 1e-15)
    return SmallestRisk(*ends, "bounded", expression=None, reason=reason)


def _component(problem: Conflicts) -> sympy.Expr | Range:
    """What the best classifier loses of samples that are connected by conflicts."""
    nodes = (*problem.first, *problem.second)
    if not any(node.law for node in nodes):
        if min(sum(len(n.atoms) for n in side) for side in (problem.first, problem.second)) <= _MOST_ATOMS:
            return _of_atoms(problem)
        return flow_bounds(problem)
    width = problem.width
    laws = [_joined(side) for side in (problem.first, problem.second)]
    if width is not None and all(len(law) == 1 for law in laws) and not any(node.atoms for node in nodes):
        found = optimal(laws[0][0], laws[1][0], width)
        if found is not None:
            return found.risk
    return flow_bounds(problem)


def _joined(nodes: tuple[Node, ...]) -> list[tuple[sympy.Expr, Univariate]]:
    """The laws of t of several nodes as one, equal densities together."""
    found: dict[Univariate, sympy.Expr] = {}
    for node in nodes:
        for weight, density in node.law:
            found[density] = found.get(density, sympy.S.Zero) + weight
    return [(weight, density) for density, weight in found.items()]


def _of_atoms(problem: Conflicts) -> sympy.Expr:
    """The best choice of the atoms of one label to lose: of the other label those are lost that are near the rest."""
    sides = [[(node, *atom) for node in side for atom in node.atoms] for side in (problem.first, problem.second)]
    few, many = sorted(sides, key=len)
    rivals = [
        frozenset(k for k, other in enumerate(many) if problem.meet(one, other) or problem.meet(other, one))
        for one in few
    ]
    best: sympy.Expr | None = None
    for kept in (set(c) for size in range(len(few) + 1) for c in combinations(range(len(few)), size)):
        lost = [few[i][1] for i in range(len(few)) if i not in kept]
        lost += [many[k][1] for k in frozenset().union(*(rivals[i] for i in kept))]
        value = sympy.Add(*lost)
        best = value if best is None or compare(value, best) < 0 else best
    return sympy.S.Zero if best is None else best
