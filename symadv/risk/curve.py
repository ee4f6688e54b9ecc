r"""The risk at every budget, $E \mapsto \Pr[\text{vulnerable}]$: exact pieces, jumps, and the mean distance."""

from collections.abc import Iterable, Sequence
from typing import Any

from symadv import catalog
from symadv.adversary.definition import Definition, by_margin
from symadv.adversary.threat import ThreatModel
from symadv.definitions import definition as definition_of
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.parameters import parameter, parameters_of
from symadv.probability.distribution import Distribution
from symadv.risk._sweep import sweep
from symadv.risk._sym_place import Question
from symadv.risk.exact import known_classifier
from symadv.risk.exact_curve import Curve, merged
from symadv.risk.measure import measure
from symadv.risk.symbolic import ball_of, free_parameters
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
) -> Curve:
    r"""The exact risk as a function of the budget, $E \mapsto \Pr[\text{vulnerable with } \varepsilon = E]$, $E \ge 0$.

    ``scale``: numbers $s_i$, one per feature, for the budgets $E s_i$ (0: a frozen feature); by default all are 1.
    ``norm``, ``box``, ``on_support`` and ``closed`` are those of the threat model.
    """
    options = {"norm": norm, "scale": scale, "box": box, "on_support": on_support, "closed": closed}
    (found,) = curves(classifier, d, definitions=(definition,), **options).values()
    return found


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
    if free := [*d.parameters, *free_parameters(f, d), *parameters_of(*(c.margin for c in chosen))]:
        raise SymadvError(f"a curve needs numbers for {', '.join(s.name for s in free)}; give them by .at(…)")
    budget = parameter("E", positive=True)
    eps = budget if scale is None else tuple(budget * exact(s) for s in scale)
    threat = ThreatModel(norm, eps, box=box, on_support=on_support, closed=closed)
    law, ball = measure(d), ball_of(d, threat)
    found: dict[str, Curve] = {}
    for margin, group in by_margin(chosen):
        pairs = tuple({y: definition.types(y, d.labels) for y in d.labels} for definition in group)
        question = Question(region_types(f, d, margin=margin), law.parts, ball, pairs)
        for definition, column in zip(group, zip(*sweep(question, budget), strict=True), strict=True):
            found[definition.name] = Curve(definition, d, threat, budget, law, *merged(law, column, budget))
    return {definition.name: found[definition.name] for definition in chosen}
