"""Projected gradient ascent on the margin or the cross-entropy, best iterate kept."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from symadv.adversary.threat import ThreatModel


def pgd(
    model: Any,
    x: Any,
    y: Any,
    *,
    threat: ThreatModel,
    allowed: Callable[[Any], Any] | None = None,
    rng: np.random.Generator,
    labels: Sequence[int] | None = None,
    loss: str = "margin",
    steps: int = 40,
    step: float | None = None,
    restarts: int = 3,
    random_start: bool = True,
    visit: Callable[[Any], None] | None = None,
) -> Any:
    r"""Projected gradient ascent $z \leftarrow \Pi_{B_\varepsilon(x)}(z + \alpha_t\, u(\nabla\ell(z, y)))$ [madry2018].

    $u$ is the steepest direction of the norm: the sign, the normalised gradient, or its largest coordinate.
    $\alpha_t$ falls linearly from ``step`` (in units of eps) to 0; by default the path is at least 3 eps long, while
    the ball is 2 eps wide.  Works in float64, on the network that the stored weights define.

    ``model``, ``x`` (n, d), ``y`` (n,), ``labels``, ``allowed``: see the room.  ``loss``: ``"margin"`` (it never
    saturates) or ``"cross_entropy"``.  Rows still unbroken are started again, ``restarts`` runs in all;
    ``random_start=False`` begins the first at ``x``.  ``allowed`` merely filters the iterates (``label_pgd`` searches
    inside it).  ``visit`` sees every iterate (n, d); rows that are not started again rest where they were.  Returns
    the iterate of lowest margin, or ``x`` where none is adversarial.
    """
    from symadv.attacks._search import Search, check_options

    check_options(loss=loss, step=step, steps=steps, restarts=restarts)
    search = Search(model, x, y, threat=threat, allowed=allowed, labels=labels, visit=visit)
    for start in range(restarts):
        rows = search.unbroken() if start else search.every_row
        ball = search.ball.rows(rows)
        z = ball.random(rng) if start or random_start else ball.anchor
        search.ascend(z, rows, lambda point: point, loss=loss, steps=steps, step=step)
    return search.result()
