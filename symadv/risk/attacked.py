"""What an attack broke: each definition read pointwise on the last iterate, on any iterate and on what was returned."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from symadv.adversary.threat import ThreatModel
from symadv.language.errors import SymadvError

Labels = NDArray[np.int64]
Points = NDArray[np.float64]


class Pointwise(Protocol):
    """A definition of adversarial example as far as it is read on arrays of labels."""

    def holds(
        self, y: Any, f_x: Any, f_adv: Any, c_x: Any, c_adv: Any, *, labels: Sequence[int]
    ) -> NDArray[np.bool_]: ...


@dataclass(frozen=True)
class Broken:
    """Which samples a definition calls broken, bool (n,) each: by the last iterate, by any, by the returned point."""

    last: NDArray[np.bool_]
    any: NDArray[np.bool_]
    returned: NDArray[np.bool_]

    @property
    def counts(self) -> dict[str, int]:
        """How many samples each of the three breaks."""
        return {name: int(getattr(self, name).sum()) for name in ("last", "any", "returned")}


@dataclass(frozen=True)
class AttackReport:
    """How an attack did on ``n`` samples.

    ``moved``: returned points other than x; of these ``label_changed`` have a true label other than y (or none) and
    ``on_support`` lie on the support (None when that was not asked).  ``outside``: iterates and returned points that
    the threat model does not admit; they count as staying put.
    """

    n: int
    iterates: int
    broken: Mapping[str, Broken]
    moved: int
    label_changed: int
    on_support: int | None
    outside: int


class Tally:
    """Counts while an attack runs: give it as ``visit``, then ask for ``report(x_adv)``; no iterate is stored.

    ``x`` (n, d) and ``y`` (n,) are the samples, ``predict`` the attacked classifier and ``label`` the Bayes label of
    the projection (by the margin of the definitions, if any), both from points (n, d) to integer labels (n,).  Staying
    put is admissible, so ``x`` counts as an iterate for ``any``; the returned point does as well.
    """

    def __init__(
        self,
        x: ArrayLike,
        y: ArrayLike,
        *,
        definitions: Mapping[str, Pointwise],
        labels: Sequence[int],
        predict: Callable[[Points], Any],
        label: Callable[[Points], Any],
        threat: ThreatModel | None = None,
    ) -> None:
        self.x, self.y = np.asarray(x, dtype=float), np.asarray(y)
        if self.x.ndim != 2 or self.y.shape != self.x.shape[:1]:
            raise SymadvError(f"wanted x (n, d) and y (n,), got {self.x.shape} and {self.y.shape}")
        self._definitions, self._labels, self._threat = dict(definitions), tuple(labels), threat
        self._predict, self._label = predict, label
        self._clean = self._types(self.x)
        self._outside, self._iterates = 0, 0
        self._last = self._any = self._holds(self._clean)

    def __call__(self, x_adv: ArrayLike) -> None:
        """Take in the next iterate (n, d)."""
        points, outside = self._admissible(x_adv)
        self._last = self._holds(self._types(points))
        self._any = {name: self._any[name] | self._last[name] for name in self._definitions}
        self._iterates += 1
        self._outside += outside

    def report(self, returned: ArrayLike, *, on_support: Callable[[Points], Any] | None = None) -> AttackReport:
        """The counts so far, with what the attack returned (n, d); ``on_support`` maps points to bool (n,)."""
        x_adv, outside = self._admissible(returned)
        types = self._types(x_adv)
        final = self._holds(types)
        moved = (x_adv != self.x).any(axis=1)
        supported = None if on_support is None else int((moved & np.asarray(on_support(x_adv))).sum())
        return AttackReport(
            n=len(self.x),
            iterates=self._iterates,
            moved=int(moved.sum()),
            on_support=supported,
            outside=self._outside + outside,
            label_changed=int((moved & (types[1] != self.y)).sum()),
            broken={
                name: Broken(self._last[name], self._any[name] | final[name], final[name]) for name in self._definitions
            },
        )

    def _admissible(self, x_adv: ArrayLike) -> tuple[Points, int]:
        points = np.asarray(x_adv, dtype=float)
        if points.shape != self.x.shape:
            raise SymadvError(f"an iterate must have the shape {self.x.shape} of x, got {points.shape}")
        if self._threat is None:
            return points, 0
        admitted = self._threat.allows(self.x, np.asarray(x_adv))
        return np.where(admitted[:, None], points, self.x), int((~admitted).sum())

    def _types(self, points: Points) -> tuple[Labels, Labels]:
        types = np.asarray(self._predict(points)), np.asarray(self._label(points))
        for what, values in zip(("predict", "label"), types, strict=True):
            if values.shape != self.y.shape:
                raise SymadvError(f"{what} must return one label per row, {self.y.shape}, got {values.shape}")
        return types

    def _holds(self, moved: tuple[Labels, Labels]) -> dict[str, NDArray[np.bool_]]:
        (f_x, c_x), (f_adv, c_adv) = self._clean, moved
        return {
            name: np.asarray(definition.holds(self.y, f_x, f_adv, c_x, c_adv, labels=self._labels))
            for name, definition in self._definitions.items()
        }


def attack_report(
    x: ArrayLike,
    y: ArrayLike,
    iterates: Iterable[ArrayLike],
    *,
    returned: ArrayLike,
    definitions: Mapping[str, Pointwise],
    labels: Sequence[int],
    predict: Callable[[Points], Any],
    label: Callable[[Points], Any],
    threat: ThreatModel | None = None,
    on_support: Callable[[Points], Any] | None = None,
) -> AttackReport:
    """What the ``iterates`` of an attack and its ``returned`` points break, for each definition; see :class:`Tally`.

    ``iterates`` are arrays (n, d), in order, and may be a generator: none is kept.
    """
    tally = Tally(x, y, definitions=definitions, labels=labels, predict=predict, label=label, threat=threat)
    for x_adv in iterates:
        tally(x_adv)
    return tally.report(returned, on_support=on_support)
