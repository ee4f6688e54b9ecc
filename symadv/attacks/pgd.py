"""Projected gradient ascent on the margin or the cross-entropy, best iterate kept."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from symadv.adversary.threat import ThreatModel

if TYPE_CHECKING:
    from torch import Tensor

    from symadv.attacks._ball import Ball
    from symadv.attacks._search import Search

_DRAWS = 8


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
    project: Callable[[Any], Any] | None = None,
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
    search = Search(model, x, y, threat=threat, allowed=allowed, labels=labels, visit=visit, project=project)
    for start in range(restarts):
        rows = search.unbroken() if start else search.every_row
        ball = search.ball.rows(rows)
        z = _start(search, ball, rows, rng) if start or random_start else ball.anchor
        retract = _on_support(search, z, ball)
        search.ascend(z, rows, retract, loss=loss, steps=steps, step=step)
    return search.result()


def _start(search: "Search", ball: "Ball", rows: "Tensor", rng: np.random.Generator) -> "Tensor":
    """A random point; on a support the best of several, since steps seldom cross from one stratum to the next."""
    z = search.random(ball, rng)
    for _ in range(_DRAWS - 1 if search.project is not None else 0):
        other = search.random(ball, rng)
        better = search.margin(other, rows) < search.margin(z, rows)
        z = other.where(better[:, None], z)
    return z


def _on_support(search: "Search", anchor: "Tensor", ball: "Ball") -> Callable[["Tensor"], "Tensor"]:
    if search.project is None:
        return lambda z: z
    return lambda z: search.settled(anchor, z, ball.contains, halvings=12)
