"""Projected gradient ascent inside a given set, such as the points that keep the true label."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from symadv.adversary.threat import ThreatModel

if TYPE_CHECKING:
    from torch import Tensor

    from symadv.attacks._ball import Ball
    from symadv.attacks._search import Search


def label_pgd(
    model: Any,
    x: Any,
    y: Any,
    *,
    threat: ThreatModel,
    allowed: Callable[[Any], Any] | None = None,
    rng: np.random.Generator,
    labels: Sequence[int] | None = None,
    loss: str = "margin",
    steps: int = 10,
    step: float | None = None,
    restarts: int = 16,
    halvings: int = 12,
    draws: int = 16,
    visit: Callable[[Any], None] | None = None,
    project: Callable[[Any], Any] | None = None,
) -> Any:
    r"""Projected gradient ascent in $B_\varepsilon(x) \cap A$, $A$ = ``allowed``, such as $\{c(\pi(\tilde x)) = y\}$.

    $A$ is known by its indicator alone, so the projection on it is radial: each run has an anchor in $A$ ($x$ itself,
    or a random point of the ball), and a step that leaves $A$ is drawn back along the segment to the anchor, by
    ``halvings`` bisections, to the last point inside.  The iterates so slide along the boundary of $A$, where a
    network departs from it by a sliver.

    Options as for ``pgd``; ``draws`` random points are tried to find an anchor in $A$, and a row without one is left
    alone in that run.  Every iterate lies in $A$; without ``allowed`` this is ``pgd``.
    """
    from symadv.attacks._search import Search, check_options

    check_options(loss=loss, step=step, steps=steps, restarts=restarts, halvings=halvings, draws=draws)
    search = Search(model, x, y, threat=threat, allowed=allowed, labels=labels, visit=visit, project=project)
    for start in range(restarts):
        rows, anchor = _anchors(search, rng, draws, at_x=start == 0)
        ball = search.ball.rows(rows)
        retract = _towards(anchor, search, rows, ball, halvings)
        search.ascend(retract(search.random(ball, rng)), rows, retract, loss=loss, steps=steps, step=step)
    return search.result()


def _anchors(search: "Search", rng: np.random.Generator, draws: int, *, at_x: bool) -> tuple["Tensor", "Tensor"]:
    """The rows to search (at first all, then the unbroken ones) that have an allowed point, and such a point."""
    rows = search.every_row if at_x else search.unbroken()
    ball = search.ball.rows(rows)
    anchor = ball.anchor if at_x else search.random(ball, rng)
    found = search.permits(anchor, rows)
    for _ in range(draws):
        if bool(found.all()):
            break
        anchor = anchor.where(found[:, None], search.random(ball, rng))
        found = search.permits(anchor, rows)
    return rows[found], anchor[found]


def _towards(
    anchor: "Tensor", search: "Search", rows: "Tensor", ball: "Ball", halvings: int
) -> Callable[["Tensor"], "Tensor"]:
    def inside(z: "Tensor") -> "Tensor":
        return ball.contains(z) & search.permits(z, rows)

    return lambda z: search.settled(anchor, z, inside, halvings=halvings)
