r"""Exact risk as a formula in parameters: the same program as for numbers, run once for each case that it meets.

$\sum_y \pi_y\, \mu_y\bigl(\bigcup \text{clean} \cap (\text{perturbed} \cup \text{reach(perturbed)})\bigr)$ .
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

import sympy

from symadv.adversary.classifier import Classifier
from symadv.adversary.definition import Definition
from symadv.adversary.threat import ThreatModel
from symadv.language.aggregates import Aggregate, features_in
from symadv.language.derivations import Derivation
from symadv.language.errors import SymadvError
from symadv.language.order import order, sign
from symadv.language.parameters import Parameter, parameter, parameters_of
from symadv.probability.distribution import Distribution
from symadv.risk._ball import Ball
from symadv.risk._conventions import other_conventions
from symadv.risk._sym_cases import Explorer, Zero
from symadv.risk._sym_derivation import derivation_of
from symadv.risk._sym_merge import Case, Merger, Surface
from symadv.risk._sym_place import Condition, Question, condition
from symadv.risk._sym_proof import covering
from symadv.risk._sym_vulnerable import Places, VulnerableCase
from symadv.risk._way import Way, as_it_is
from symadv.risk.bound import Bound, conventions
from symadv.risk.measure import Measure, parts
from symadv.risk.pieces import sections
from symadv.risk.types import region_types


@dataclass(frozen=True)
class FormulaEvidence:
    """What a formula for a risk rests on, and where it jumps.

    ``surfaces``: those of the parameters on which the risk differs from a limit beside them.  ``unproved``: what would
    have to be proved for the case distinction to be complete; nothing when the method is "exact".
    """

    surfaces: tuple[Surface, ...]
    unproved: tuple[str, ...]
    semantics: tuple[str, ...]
    at_budget: Callable[[], tuple[Surface, ...]] = field(repr=False, compare=False)
    conventions: Callable[[], Mapping[str, sympy.Expr]] = field(repr=False, compare=False)
    places: Callable[[], tuple[VulnerableCase, ...]] = field(repr=False, compare=False)
    expression: None = None

    @cached_property
    def jumps(self) -> tuple[Surface, ...]:
        """The surfaces, and what smaller and larger budgets would change where the budget is a number."""
        return (*self.surfaces, *self.at_budget())

    @cached_property
    def otherwise(self) -> Mapping[str, sympy.Expr]:
        """The risk with another convention: the other kind of ball, another label at ties of f, the other tie rule."""
        return self.conventions()

    @cached_property
    def vulnerable(self) -> tuple[VulnerableCase, ...]:
        """Where the vulnerable samples are: of all cases just one holds at any values of the parameters."""
        return self.places()

    @property
    def knife_edge(self) -> bool:
        """Whether the risk jumps somewhere."""
        return bool(self.jumps)


@dataclass(frozen=True)
class SymbolicBound(Bound):
    """A risk as an expression in parameters, equal to ``lower`` and ``upper``, with its derivation.

    ``derivation.numeric`` evaluates it, on numbers and on arrays, by the names of the parameters.  The method is
    "exact" when it is proved that no case is missing, else "cases", and ``evidence.unproved`` says what is not.
    """

    lower: Any
    upper: Any
    derivation: Derivation = field(kw_only=True, repr=False)
    evidence: Any = field(default=None, kw_only=True, repr=False)

    def __post_init__(self) -> None:
        """Nothing to compare: the bounds are one expression."""

    def __float__(self) -> float:
        if parameters_of(self.lower):
            names = ", ".join(f"{s.name}=…" for s in self.derivation.numeric.parameters)
            raise SymadvError(f"the risk is a formula; its values are .derivation.numeric({names})")
        return float(self.lower)


def depends_on_parameters(classifier: Any, d: Distribution, threat: ThreatModel) -> bool:
    """Whether a risk is a formula rather than a number."""
    n = len(d.features)
    ends = [end for pair in threat.boxes(n) or () for end in pair]
    return bool(d.parameters or parameters_of(*threat.budgets(n), *ends) or free_parameters(classifier, d))


def symbolic_risks(
    classifier: Classifier,
    d: Distribution,
    threat: ThreatModel,
    definitions: Sequence[Definition],
    way: Way = as_it_is,
) -> dict[str, Bound]:
    """The risk under each definition, all of one margin, as a case distinction in the parameters that it depends on."""
    margin = definitions[0].margin if definitions else sympy.S.Zero
    straight, reached = way(classifier, d, threat)
    law = Measure(tuple(parts(straight)))
    pairs = tuple({y: definition.types(y, d.labels) for y in d.labels} for definition in definitions)
    ball = ball_of(d, threat)
    symbols = _symbols(classifier, d, ball, margin)
    with_labels, by_cases = any(q.uses_truth for q in definitions), reached is sections
    types = region_types(classifier, d, margin=margin, with_labels=with_labels, by_cases=by_cases)
    start = Zero({}, symbols, tuple(_given(d)))
    explorer = Explorer(Question(types, law.parts, ball, pairs, reached), start)
    tree = explorer.tree()
    around = _Budgets(classifier, d, threat, definitions, way)
    others = _Others(classifier, d, threat, definitions, way)
    found: dict[str, Bound] = {}
    for k, definition in enumerate(definitions):
        merger = Merger(law, k, start)
        cases = merger.cases(tree)
        result = merger.risk(cases)
        unproved = (*explorer.unproved, *_missing(cases, start))
        evidence = FormulaEvidence(
            tuple(merger.jumps(tree)),
            unproved,
            conventions(threat, d.tie_rule, classifier.tie),
            partial(around.jumps, definition.name),
            partial(others.risks, definition.name),
            partial(Places(law, k, start).vulnerable, tree),
        )
        derivation = derivation_of(straight, law, cases, symbols, definition, result)
        method = "cases" if unproved else "exact"
        found[definition.name] = SymbolicBound(result, result, method, derivation=derivation, evidence=evidence)
    return found


def _missing(cases: Sequence[Case], start: Zero) -> tuple[str, ...]:
    """What has to be proved for the cases to be all, unless it was."""
    return () if covering((where for where, _ in cases), start.conditions) else ("that the cases are all",)


def _symbols(classifier: Classifier, d: Distribution, ball: Ball, margin: sympy.Expr) -> tuple[Parameter, ...]:
    ends = [end for pair in ball.box or () for end in pair]
    own = (*free_parameters(classifier, d), *d.parameters, *parameters_of(margin, *ends, *ball.budgets))
    return tuple(dict.fromkeys(own))


@dataclass(frozen=True)
class _Budgets:
    """The same risks with a parameter in the place of a budget that is a number."""

    classifier: Classifier
    d: Distribution
    threat: ThreatModel
    definitions: Sequence[Definition]
    way: Way

    def jumps(self, name: str) -> tuple[Surface, ...]:
        """Where, and to what, the risk under one definition jumps at the budget; nothing where that is no number."""
        eps = self.threat.eps
        if isinstance(eps, tuple) or not eps.is_number or sign(eps) != 1:
            return ()
        surfaces = self._found[name].evidence.surfaces
        return tuple(s for s in surfaces if s.parameter == self._budget and order(s.value, eps) == 0)

    @property
    def _budget(self) -> Parameter:
        taken = {s.name for s in (*self.d.parameters, *free_parameters(self.classifier, self.d))}
        return parameter(next(name for name in ("E", "eps", "budget") if name not in taken), positive=True)

    @cached_property
    def _found(self) -> dict[str, Any]:
        threat = replace(self.threat, eps=self._budget)
        return dict(symbolic_risks(self.classifier, self.d, threat, self.definitions, self.way))


@dataclass(frozen=True)
class _Others:
    """The same risks under other conventions."""

    classifier: Classifier
    d: Distribution
    threat: ThreatModel
    definitions: Sequence[Definition]
    way: Way

    def risks(self, name: str) -> dict[str, sympy.Expr]:
        """The risk under one definition with each other convention, as a formula."""
        return {words: found[name].lower for words, found in self._found.items()}

    @cached_property
    def _found(self) -> dict[str, dict[str, Any]]:
        return {
            other.words: symbolic_risks(
                other.classifier, other.d, replace(self.threat, closed=other.closed), self.definitions, self.way
            )
            for other in other_conventions(self.classifier, self.d, closed=self.threat.closed)
        }


def ball_of(d: Distribution, threat: ThreatModel) -> Ball:
    """The steps that a threat allows, its budgets of known sign; refused where the risk is no formula."""
    n = len(d.features)
    budgets = threat.budgets(n)
    for e in budgets:
        if sign(e) not in (0, 1):
            raise SymadvError(f"got the budget {e}, wanted one of known sign, such as parameter('E', positive=True)")
    return Ball(budgets, threat.closed, threat.boxes(n), d.support if threat.on_support else None, threat.norm)


def free_parameters(classifier: Any, d: Distribution) -> tuple[Parameter, ...]:
    """The parameters of a classifier."""
    regions = classifier.regions() if isinstance(classifier, Classifier) else None
    forms = [form for region in (regions or {}).values() for cell in region.cells for form, _ in cell]
    known = set(d.features)
    found = [s for s in parameters_of(*forms) if s not in known]
    return tuple(s for s in found if not (isinstance(s, Aggregate) and features_in(s) <= known))


def _given(d: Distribution) -> Iterator[Condition]:
    for g in d.given:
        if not isinstance(g, sympy.Gt | sympy.Ge | sympy.Lt | sympy.Le):
            raise SymadvError(f"the risk as a formula needs inequalities between parameters, {d.name} has {g}")
        form, orientation = condition(g.gts - g.lts)
        yield form, orientation
