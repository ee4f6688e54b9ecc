"""An attack of foolbox, by default its projected gradient descent for the norm, with that library's own defaults."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from symadv.adversary.threat import ThreatModel

if TYPE_CHECKING:
    from torch import Tensor

    from symadv.attacks._library import UnitBox
    from symadv.attacks._search import Search

_BY_NORM = {"linf": "LinfPGD", "l2": "L2PGD", "l1": "L1PGD"}


def foolbox(
    model: Any,
    x: Any,
    y: Any,
    *,
    threat: ThreatModel,
    allowed: Callable[[Any], Any] | None = None,
    rng: np.random.Generator,
    labels: Sequence[int] | None = None,
    project: Callable[[Any], Any] | None = None,
    method: str | None = None,
    restarts: int = 1,
    **options: Any,
) -> Any:
    r"""``foolbox.attacks.NAME(**options)`` on each sample, e.g. ``method="L2DeepFoolAttack"``, or PGD for the norm.

    The library sees coordinates in [0, 1]; what it returns is scaled back, put back into the ball where it left it by
    rounding, and projected where the threat model stays on the support.  It cannot be told ``allowed``, which filters
    what it returns.  Arguments and result as for ``pgd``; the extra ``foolbox`` is needed.
    """
    from symadv.attacks._imports import library, member
    from symadv.attacks._library import attacked

    found = library("foolbox", "pip install 'symadv[foolbox]'")
    chosen = method or _BY_NORM[threat.norm]
    run = member(found.attacks, "foolbox.attacks", chosen, options)

    def one(search: "Search", box: "UnitBox") -> "Tensor":
        known = found.PyTorchModel(box.module(search).eval(), bounds=(0, 1), device="cpu")
        goal = found.criteria.Misclassification(search.column)
        points: Tensor = run(known, box.into(search.x), goal, epsilons=box.eps)[1]
        return points

    return attacked(
        "foolbox", one, model, x, y, threat=threat, allowed=allowed, rng=rng, labels=labels, project=project,
        restarts=restarts,
    )  # fmt: skip
