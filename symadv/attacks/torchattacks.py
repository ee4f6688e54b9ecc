"""An attack of torchattacks, by default its projected gradient descent for the norm, rescaled to the unit box."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from symadv.adversary.threat import ThreatModel
from symadv.language.errors import SymadvError

if TYPE_CHECKING:
    from torch import Tensor

    from symadv.attacks._library import UnitBox
    from symadv.attacks._search import Search

_BY_NORM = {"linf": "PGD", "l2": "PGDL2"}
_INSTALL = "pip install 'symadv[torchattacks]' and then, without the torchvision that it asks for and does not use, "
_INSTALL += "pip install --no-deps torchattacks"


def torchattacks(
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
    steps: int = 40,
    restarts: int = 1,
    **options: Any,
) -> Any:
    r"""``torchattacks.NAME(model, eps=…, steps=…, **options)`` on each sample; ``alpha`` defaults to eps / 4 for PGD.

    The library knows pictures with values in [0, 1] only: it sees each sample as one of 1 x 1 x d, scaled so that all
    balls lie in the box, and a network that scales back.  It has no L1 attack.  As for ``foolbox``, ``allowed`` filters
    what it returns.  Arguments and result as for ``pgd``.
    """
    from symadv.attacks._imports import library, member
    from symadv.attacks._library import attacked

    found = library("torchattacks", _INSTALL)
    if method is None and threat.norm not in _BY_NORM:
        raise SymadvError(f"torchattacks has no attack for {threat.norm}, wanted {' or '.join(_BY_NORM)}")
    given = {"steps": steps, **options}

    def one(search: "Search", box: "UnitBox") -> "Tensor":
        own = {"eps": box.eps, **({"alpha": box.eps / 4} if method is None else {}), **given}
        run = member(found, "torchattacks", method or _BY_NORM[threat.norm], own, box.module(search).eval())
        images = box.into(search.x).reshape(len(search.x), 1, 1, -1)
        points: Tensor = run(images, search.column)
        return points

    return attacked(
        "torchattacks", one, model, x, y, threat=threat, allowed=allowed, rng=rng, labels=labels, project=project,
        restarts=restarts,
    )  # fmt: skip
