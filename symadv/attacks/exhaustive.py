"""Every point of a dense grid on the ball: the slow witness for the fast attacks, in at most two moving features."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from symadv.adversary.threat import ThreatModel
from symadv.language.errors import SymadvError

if TYPE_CHECKING:
    from torch import Tensor

    from symadv.attacks._ball import Ball

_POINTS_AT_ONCE = 2**19  # so that memory does not grow with the grid


def exhaustive(
    model: Any,
    x: Any,
    y: Any,
    *,
    threat: ThreatModel,
    allowed: Callable[[Any], Any] | None = None,
    rng: np.random.Generator | None = None,
    labels: Sequence[int] | None = None,
    points: int = 101,
    project: Callable[[Any], Any] | None = None,
) -> Any:
    r"""The point of lowest margin on a grid of ``points`` per moving feature over $B_\varepsilon(x) \cap \mathrm{box}$.

    The grid spans the bounding box of the ball with its edges and corners; for L2 and L1 the points outside the ball
    are projected on its sphere.  ``x`` itself is tried too.  Arguments and result as for ``pgd``; nothing is random.
    There are no iterates to be shown.  More than two features with a positive budget are refused.
    """
    from symadv.attacks._search import Search

    if not isinstance(points, int) or points < 2:
        raise SymadvError(f"points must be a whole number >= 2, so that the corners are there, got {points!r}")
    search = Search(model, x, y, threat=threat, allowed=allowed, labels=labels, visit=None, project=project)
    n, d = search.x.shape
    cells = _cells(search.ball, points)
    chunk = max(1, _POINTS_AT_ONCE // max(n, 1))
    for part in (cells[i : i + chunk] for i in range(0, len(cells), chunk)):
        rows = search.every_row.repeat(len(part))
        ball = search.ball.rows(rows)
        z = search.onto_support(ball.project(ball.lower.lerp(ball.upper, part.repeat_interleave(n, dim=0))))
        margin, z = search.margin(z, rows).reshape(len(part), n), z.reshape(len(part), n, d)
        if allowed is None and search.project is None:
            margin, lowest = margin.min(dim=0, keepdim=True)
            z = z.gather(0, lowest[:, :, None].expand(1, n, d))
        for one, its_margin in zip(z, margin, strict=True):
            search.judge(one, its_margin, search.every_row)
    return search.result()


def _cells(ball: "Ball", points: int) -> "Tensor":
    """The grid in units of the bounding box, (points ** moving features, d); a frozen feature has one tick."""
    import torch

    moving = (ball.budget > 0).tolist()
    if sum(moving) > 2:
        raise SymadvError(f"exhaustive moves at most 2 features, got {sum(moving)} positive budgets; use pgd")
    ticks = torch.linspace(0, 1, points, dtype=torch.float64, device=ball.x.device)
    return torch.cartesian_prod(*(ticks if moves else ticks[:1] for moves in moving)).reshape(-1, len(moving))
