"""One run of an attack that may be anybody's: what it returned as points, what was wrong with it, what it cost."""

import inspect
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symadv import catalog
from symadv.adversary.threat import ThreatModel
from symadv.classifiers._network import Network
from symadv.language.errors import SymadvError, unknown

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
_GIVEN = ("threat", "allowed", "rng", "labels", "visit", "project")  # what options cannot be called


@dataclass(frozen=True)
class Run:
    """What an attack returned, ``x`` in the rows where it returned no finite point (``invalid``).

    ``faults``: what was wrong, in words.  ``queries`` and ``gradients``: rows that it sent forward and backward through
    the network.  ``seconds``: its running time, without that of the visits.
    """

    x_adv: Floats = field(repr=False)
    invalid: Bools = field(repr=False)
    faults: tuple[str, ...]
    seconds: float
    queries: int
    gradients: int


def find(attack: str | Callable[..., Any]) -> tuple[str, Callable[..., Any]]:
    """The name of an attack, and the attack."""
    if isinstance(attack, str):
        return attack, catalog.load("attacks", attack)
    if not callable(attack):
        raise SymadvError(f"attack: got a {type(attack).__name__}, wanted the name of one or a function")
    return getattr(attack, "__name__", type(attack).__name__), attack


def run(
    attack: str | Callable[..., Any],
    network: Network,
    x: Floats,
    y: Any,
    *,
    threat: ThreatModel,
    allowed: Callable[[Any], Any] | None,
    rng: np.random.Generator,
    told: Mapping[str, Any],
    visit: Callable[[Floats], None] | None,
    options: Mapping[str, Any],
) -> Run:
    """Run an attack; of what it is ``told`` it gets what it asks for by name, ``visit`` too."""
    from symadv.risk._counted import Counted

    name, call = find(attack)
    model, watched = Counted(network), _Watched(visit, x)
    known = inspect.signature(call).parameters
    _check_options(name, known, options)
    offered = {**told, **({} if visit is None else {"visit": watched})}
    asked = {key: value for key, value in offered.items() if key in known}
    began = time.perf_counter()
    try:
        returned = call(model, x.copy(), y.copy(), threat=threat, allowed=allowed, rng=rng, **asked, **options)
    except SymadvError:
        raise
    except Exception as error:  # an attack is foreign code, and may raise anything
        raise SymadvError(f"the attack {name} failed: {type(error).__name__}: {error}") from error
    seconds = time.perf_counter() - began - watched.seconds
    x_adv, invalid, faults = _points(returned, x)
    return Run(x_adv, invalid, faults, seconds, model.count.queries, model.count.gradients)


class _Watched:
    """What shows the iterates of an attack as points, and takes its own time."""

    def __init__(self, visit: Callable[[Floats], None] | None, x: Floats) -> None:
        self.visit, self.x, self.seconds = visit, x, 0.0

    def __call__(self, points: Any) -> None:
        """Show an iterate."""
        began = time.perf_counter()
        if self.visit is not None:
            self.visit(_points(points, self.x)[0])
        self.seconds += time.perf_counter() - began


def _points(returned: Any, x: Floats) -> tuple[Floats, Bools, tuple[str, ...]]:
    """What was returned as points like ``x``, the rows that are none, and what is wrong in words."""
    nothing = x.copy(), np.ones(len(x), dtype=bool)
    try:
        array = np.asarray(returned.detach().cpu() if hasattr(returned, "detach") else returned)
    except Exception as error:  # ragged lists, torch types that numpy lacks
        return *nothing, (f"what it returned, a {type(returned).__name__}, is no array: {error}",)
    if array.dtype.kind not in "fiu":
        return *nothing, (f"what it returned is of the type {array.dtype}, wanted floats",)
    if array.shape != x.shape:
        return *nothing, (f"what it returned has the shape {array.shape}, wanted {x.shape}",)
    array = array.astype(np.float64)
    invalid = ~np.isfinite(array).all(axis=1)
    count = int(invalid.sum())
    faults = (f"{count} of {len(x)} returned points are not finite",) if count else ()
    return np.where(invalid[:, None], x, array), invalid, faults


def _check_options(name: str, known: Mapping[str, inspect.Parameter], options: Mapping[str, Any]) -> None:
    anything = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in known.values())
    own = [key for key in list(known)[3:] if key not in _GIVEN]
    for key in options:
        if key in _GIVEN or (key not in known and not anything):
            raise unknown(f"option of {name}", key, own)
