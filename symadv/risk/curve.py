r"""The risk at every budget, $E \mapsto \Pr[\text{vulnerable}]$: exact pieces, jumps, and the mean distance."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, cast

from symadv import catalog
from symadv.adversary.classifier import Classifier
from symadv.adversary.definition import Definition, by_margin
from symadv.adversary.threat import ThreatModel
from symadv.classifiers._network import of_network
from symadv.definitions import definition as definition_of
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.order import compare
from symadv.language.parameters import Parameter, parameter, parameters_of
from symadv.probability.distribution import Distribution
from symadv.risk import risk, risks
from symadv.risk._sweep import sweep
from symadv.risk._sym_place import Question
from symadv.risk.evaluated_curve import EvaluatedCurve
from symadv.risk.exact import known_classifier
from symadv.risk.exact_curve import Curve, merged
from symadv.risk.formula_curve import FormulaCurve
from symadv.risk.measure import is_straight, measure
from symadv.risk.quotient import quotient
from symadv.risk.radial import radial
from symadv.risk.sums import by_flats
from symadv.risk.symbolic import SymbolicBound, ball_of, free_parameters
from symadv.risk.types import region_types


def curve(
    classifier: Any,
    d: Distribution,
    *,
    definition: str | Definition = "label_invariant",
    norm: str = "linf",
    scale: Sequence[Any] | None = None,
    box: Any = None,
    on_support: bool = False,
    closed: bool = True,
    budgets: Iterable[Any] | None = None,
) -> Curve | FormulaCurve | EvaluatedCurve:
    r"""The exact risk as a function of the budget, $E \mapsto \Pr[\text{vulnerable with } \varepsilon = E]$, $E \ge 0$.

    ``scale``: numbers $s_i$, one per feature, for the budgets $E s_i$ (0: a frozen feature); by default all are 1.
    ``norm``, ``box``, ``on_support`` and ``closed`` are those of the threat model.  With parameters left it is a
    formula in them, too.  With ``budgets``, ascending, it is evaluated there and enclosed elsewhere: so for networks.
    """
    options = {"norm": norm, "box": box, "on_support": on_support, "closed": closed}
    meaning = definition_of(definition) if isinstance(definition, str) else definition
    if budgets is not None:
        return _evaluated(classifier, d, meaning, [exact(e) for e in budgets], scale, options)
    if of_network(classifier):
        raise SymadvError(
            "the curve of a network has no closed form; give the budgets at which to evaluate it (budgets=…)"
        )
    f, budget = known_classifier(classifier, d), parameter("E", positive=True)
    threat = ThreatModel(eps=_budgets(budget, scale), **options)
    fewer, law, _ = _reduced(f, d, threat, meaning.uses_truth)
    if not _free(fewer, law, [meaning]):
        return curves(f, d, definitions=(meaning,), scale=scale, **options)[meaning.name]
    (bound,) = risks(f, d, threat, definitions=(meaning,)).values()

    def fixed(**values: Any) -> Curve:
        at = d.at(**values)
        return curves(classifier, at, definitions=(meaning,), scale=scale, **options)[meaning.name]

    return FormulaCurve(cast(SymbolicBound, bound), budget, fixed)


def _evaluated(
    classifier: Any, d: Distribution, definition: Definition, budgets: list[Any], scale: Any, options: dict[str, Any]
) -> EvaluatedCurve:
    if not budgets or any(compare(a, b) >= 0 for a, b in pairwise(budgets)):
        raise SymadvError(f"got the budgets {budgets}, wanted ascending numbers")
    found = []
    for e in budgets:
        threat = ThreatModel(eps=_budgets(e, scale), **options)
        found.append(risk(classifier, d, threat, definition=definition))
    return EvaluatedCurve(tuple(budgets), tuple(found))


def _budgets(budget: Any, scale: Sequence[Any] | None) -> Any:
    return budget if scale is None else tuple(budget * exact(s) for s in scale)


def _free(f: Classifier, d: Distribution, definitions: Sequence[Definition]) -> tuple[Parameter, ...]:
    return (*d.parameters, *free_parameters(f, d), *parameters_of(*(c.margin for c in definitions)))


def curves(
    classifier: Any,
    d: Distribution,
    *,
    definitions: Iterable[str | Definition] | None = None,
    norm: str = "linf",
    scale: Sequence[Any] | None = None,
    box: Any = None,
    on_support: bool = False,
    closed: bool = True,
) -> dict[str, Curve]:
    """The curve of :func:`curve` under each of some definitions (by default all members of the room), by name."""
    names = catalog.names("definitions") if definitions is None else definitions
    chosen = [definition_of(n) if isinstance(n, str) else n for n in names]
    f = known_classifier(classifier, d)
    budget = parameter("E", positive=True)
    threat = ThreatModel(norm, _budgets(budget, scale), box=box, on_support=on_support, closed=closed)
    found: dict[str, Curve] = {}
    for with_labels in (False, True):
        batch = [q for q in chosen if q.uses_truth == with_labels]
        for margin, group in by_margin(batch):
            found |= _exact(*_reduced(f, d, threat, with_labels), group, margin, budget)
    return {definition.name: found[definition.name] for definition in chosen}


def _exact(
    f: Classifier, d: Distribution, threat: ThreatModel, group: list[Definition], margin: Any, budget: Parameter
) -> dict[str, Curve]:
    """The curves under definitions of one margin, on points and lines."""
    if free := _free(f, d, group):
        names = ", ".join(dict.fromkeys(s.name for s in free))
        raise SymadvError(f"a curve needs numbers for {names}; give them by .at(…)")
    flats = by_flats(d)
    law, ball = measure(flats), ball_of(flats, threat)
    pairs = tuple({y: definition.types(y, d.labels) for y in d.labels} for definition in group)
    types = region_types(f, d, margin=margin, with_labels=any(q.uses_truth for q in group))
    columns = zip(*sweep(Question(types, law.parts, ball, pairs), budget), strict=True)
    return {
        definition.name: Curve(definition, d, threat, budget, law, *merged(law, column, budget))
        for definition, column in zip(group, columns, strict=True)
    }


def _reduced(
    f: Classifier, d: Distribution, threat: ThreatModel, with_labels: bool
) -> tuple[Classifier, Distribution, ThreatModel]:
    """The problem in few statistics, where there are many features."""
    straight = all(is_straight(s) for s in by_flats(d).strata)
    fewer = None if straight else radial(f, d, threat) or quotient(f, d, threat, with_labels=with_labels)
    return (f, d, threat) if fewer is None else (fewer.classifier, fewer.d, fewer.threat)
