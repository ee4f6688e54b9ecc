"""Exact risk: by which way a classifier and a distribution come to points and lines, where one formula gives it."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from symadv import catalog
from symadv.adversary.classifier import Classifier, Partition
from symadv.adversary.definition import Definition, by_margin
from symadv.adversary.threat import ThreatModel
from symadv.classifiers import classifier as classifier_of
from symadv.definitions import definition as definition_of
from symadv.geometry.product import Product
from symadv.language.errors import SymadvError
from symadv.language.parameters import parameters_of
from symadv.probability.distribution import Distribution
from symadv.risk.between import between, round_balls, tightest
from symadv.risk.bound import Bound
from symadv.risk.caps import Caps, caps
from symadv.risk.circles import on_circles
from symadv.risk.counts import Counts, counts
from symadv.risk.implied import implied
from symadv.risk.measure import is_straight, measure
from symadv.risk.numeric import numeric_risks
from symadv.risk.pieces import Reached
from symadv.risk.quotient import Quotient, quotient, told
from symadv.risk.radial import radial
from symadv.risk.sums import by_flats
from symadv.risk.symbolic import depends_on_parameters, symbolic_risks
from symadv.risk.two_statistics import planar, planar_risks

_FEW_IN_FORMULAS, _FEW_AT_NUMBERS = 4, 9  # flats that are looked at one by one


def risk(
    classifier: Any, d: Distribution, threat: ThreatModel, *, definition: str | Definition = "label_invariant"
) -> Bound:
    r"""$\Pr_{(x, y)}[\text{an admissible } \tilde x \text{ is adversarial for } (x, y)]$, exactly.

    ``classifier``: a classifier, or the name of one; ``definition``: one, or its name.  With parameters left in any of
    them, or in the budget, the risk is a formula: a case distinction with its ``derivation``.
    Bounds where an l2 or l1 ball moves more than two features, and where labels change on other curves than lines,
    parabolas and circles; refused: strata of dimension 2 or more that are no spheres, networks.
    """
    (bound,) = risks(classifier, d, threat, definitions=(definition,)).values()
    return bound


def risks(
    classifier: Any, d: Distribution, threat: ThreatModel, *, definitions: Iterable[str | Definition] | None = None
) -> dict[str, Bound]:
    """The exact risk under each of some definitions (by default all members of the room), by name."""
    names = catalog.names("definitions") if definitions is None else definitions
    chosen = [definition_of(n) if isinstance(n, str) else n for n in names]
    f, flats = known_classifier(classifier, d), by_flats(d)
    if all(is_straight(s) for s in flats.strata):
        found = _straight(f, d, threat, chosen)
    else:
        found = _curved(_on_flats(f), flats, threat, chosen)
    return {definition.name: found[definition.name] for definition in chosen}


def _on_flats(f: Classifier) -> Classifier:
    """The classifier as one that sees the flats of small products one by one."""
    return f.remade(by_flats) if isinstance(f, Partition) else f


def _straight(f: Classifier, d: Distribution, threat: ThreatModel, chosen: Sequence[Definition]) -> dict[str, Bound]:
    """The risks on points and lines; on small products also by tallies, where that is shorter or leaves no bounds."""
    numbers = not _is_formula(f, d, threat, chosen)
    known = _tallied(f, d, threat, more_than=_FEW_AT_NUMBERS) if numbers else None
    found = {} if known is not None else _solved(f, d, threat, chosen)
    left = [q for q in chosen if q.name not in found or found[q.name].method == "bounded"]
    problem = known or (_tallied(f, d, threat, more_than=1) if left and numbers else None)
    try:
        return found if problem is None else found | _by_sections(problem, f, d, threat, left)
    except SymadvError:
        return found or _solved(f, d, threat, chosen)


def _tallied(f: Classifier, d: Distribution, threat: ThreatModel, *, more_than: int) -> Counts | None:
    """The problem by how many coordinates go where, on products of more than a few flats."""
    if not any(isinstance(s, Product) and s.size > more_than for s in d.strata):
        return None
    with suppress(SymadvError):
        return counts(f, d, threat)
    return None


def _curved(f: Classifier, d: Distribution, threat: ThreatModel, chosen: Sequence[Definition]) -> dict[str, Bound]:
    """The risks by way of few statistics; what these leave open by the angles on circles, then between round balls."""
    if _is_formula(f, d, threat, chosen):
        return _reduced(f, d, threat, chosen)
    found: dict[str, Bound] = {}
    refused: SymadvError | None = None
    for way in (_reduced, on_circles, _between):
        rest = [q for q in chosen if q.name not in found or found[q.name].method != "exact"]
        try:
            closer = way(f, d, threat, rest) if rest else {}
        except SymadvError as error:
            refused = refused or error
            continue
        found |= {name: tightest(found[name], bound) if name in found else bound for name, bound in closer.items()}
    if refused is not None and not found:
        raise refused
    return found


def _between(f: Classifier, d: Distribution, threat: ThreatModel, chosen: Sequence[Definition]) -> dict[str, Bound]:
    """Bounds by round balls; none where the ball is one."""
    balls = round_balls(d, threat)
    return between(threat, balls, lambda ball: _reduced(f, d, ball, chosen)) if balls else {}


def _reduced(f: Classifier, d: Distribution, threat: ThreatModel, chosen: Sequence[Definition]) -> dict[str, Bound]:
    """The risks by way of few statistics, fewer where the Bayes label does not matter; else bounds from these."""
    plain = [q for q in chosen if not q.uses_truth]
    found = _in_few_statistics(f, d, threat, plain, with_labels=False) if plain else {}
    rest = [q for q in chosen if q.uses_truth]
    if not rest:
        return found
    try:
        return found | _in_few_statistics(f, d, threat, rest, with_labels=True)
    except SymadvError:
        if _is_formula(f, d, threat, rest):
            raise
        others = [q for name in catalog.names("definitions") if not (q := definition_of(name)).uses_truth]
        known = _in_few_statistics(f, d, threat, others, with_labels=False)
        return found | implied(f, d, threat, rest, {q: known[q.name] for q in others})


def _in_few_statistics(
    f: Classifier, d: Distribution, threat: ThreatModel, chosen: Sequence[Definition], *, with_labels: bool
) -> dict[str, Bound]:
    fewer = _fewer(f, d, threat, with_labels=with_labels)
    if fewer is not None and all(is_straight(s) for s in fewer.d.strata):
        return told(fewer, d, threat, _solved(fewer.classifier, fewer.d, fewer.threat, chosen))
    by_pieces = None if _is_formula(f, d, threat, chosen) else caps(f, d, threat) or counts(f, d, threat)
    if by_pieces is not None:
        return _by_sections(by_pieces, f, d, threat, chosen)
    return _in_the_plane(f, d, threat, chosen)


def _by_sections(
    problem: Caps | Counts, f: Classifier, d: Distribution, threat: ThreatModel, chosen: Sequence[Definition]
) -> dict[str, Bound]:
    """The risks of a problem that knows itself from which values of its statistics a region is within reach."""
    risks = numeric_risks(f, d, threat, chosen, measure(problem.fewer.d), reached=problem.sections)
    return told(problem.fewer, d, threat, risks)


def _in_the_plane(
    f: Classifier, d: Distribution, threat: ThreatModel, chosen: Sequence[Definition]
) -> dict[str, Bound]:
    """The risks by integration in the plane of two scores, where that is possible."""
    problem = planar(f, d, threat) if all(q.margin == 0 for q in chosen) else None
    return planar_risks(problem, d, f, threat, chosen) if problem else _solved(f, d, threat, chosen)


def _fewer(f: Classifier, d: Distribution, threat: ThreatModel, *, with_labels: bool) -> Quotient | None:
    return radial(f, d, threat) or quotient(f, d, threat, with_labels=with_labels)


def _solved(f: Classifier, d: Distribution, threat: ThreatModel, chosen: Sequence[Definition]) -> dict[str, Bound]:
    """The risks on points and lines, as formulas where there are parameters."""
    if _is_formula(f, d, threat, chosen):
        flats = by_flats(d)
        if any(isinstance(s, Product) for s in flats.strata) or _tallied(f, d, threat, more_than=_FEW_IN_FORMULAS):
            return _formulas(f, d, threat, chosen)
        g = _on_flats(f)
        return {k: b for _, group in by_margin(chosen) for k, b in symbolic_risks(g, flats, threat, group).items()}
    return numeric_risks(f, d, threat, chosen, measure(by_flats(d)))


def _formulas(f: Classifier, d: Distribution, threat: ThreatModel, chosen: Sequence[Definition]) -> dict[str, Bound]:
    """The risks on large products as formulas, by how many coordinates go where."""

    def by_tallies(g: Classifier, law: Distribution, ball: ThreatModel) -> tuple[Distribution, Reached]:
        problem = counts(g, law, ball)
        if problem is None:
            raise SymadvError(
                f"{d.name}: the risk as a formula is not known on {d.strata[0]}; give values to parameters"
            )
        return problem.fewer.d, problem.sections

    found: dict[str, Bound] = {}
    for _, group in by_margin(chosen):
        found |= symbolic_risks(f, d, threat, group, by_tallies)
    return found


def _is_formula(f: Classifier, d: Distribution, threat: ThreatModel, chosen: Sequence[Definition]) -> bool:
    return depends_on_parameters(f, d, threat) or bool(parameters_of(*(q.margin for q in chosen)))


def known_classifier(given: Any, d: Distribution) -> Classifier:
    """A classifier, or the one of a name, for the labels of a distribution."""
    import sys

    torch = sys.modules.get("torch")
    if torch is not None and isinstance(given, torch.nn.Module):
        raise SymadvError(
            f"got a network ({type(given).__name__}), wanted a classifier with regions: "
            f"{', '.join(catalog.names('classifiers'))}; sa.risk and sa.grade take networks"
        )
    f = classifier_of(given, d) if isinstance(given, str) else given
    if not isinstance(f, Classifier):
        raise SymadvError(f"got the classifier {given!r}, wanted a name or name, labels, tie, predict and regions")
    if tuple(f.labels) != d.labels:
        raise SymadvError(f"the classifier {f.name} has the labels {f.labels}, {d.name} has {d.labels}")
    return f
