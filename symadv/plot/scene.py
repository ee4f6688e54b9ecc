"""What the pictures of one distribution share: its numbers in words, window, colours, and the sample they are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from symadv import catalog
from symadv.geometry.strata import Flat
from symadv.oracle import Oracle, oracle
from symadv.plot.palette import COLOURS, MARKERS
from symadv.plot.words import at_values
from symadv.probability.distribution import Distribution

Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Scene:
    """A distribution whose parameters are numbers, ready to be drawn."""

    d: Distribution
    seed: int

    @cached_property
    def oracle(self) -> Oracle:
        """The truth at points."""
        return oracle(self.d)

    @cached_property
    def sample(self) -> tuple[Floats, Floats]:
        """Two thousand points with their labels."""
        return self.d.sample(2000, rng=self.rng(0))

    @property
    def at(self) -> str:
        """The distribution and its numbers, for captions."""
        return at_values(self.d)

    def rng(self, purpose: int) -> np.random.Generator:
        """A generator of its own for each purpose, so that no two draws of a picture go together."""
        return np.random.default_rng([self.seed, purpose])

    def colour(self, label: int) -> str:
        """The colour of a label."""
        return COLOURS[self.d.labels.index(label) % len(COLOURS)]

    def marker(self, label: int) -> str:
        """The marker of a label, for those who see no colours."""
        return MARKERS[self.d.labels.index(label) % len(MARKERS)]

    def axis(self, k: int) -> str:
        """The name of a feature, in mathematical type."""
        return f"${catalog.load('readers', 'latex')(self.d.features[k])}$"

    def fixed(self, k: int) -> list[float]:
        """The values at which strata fix a feature, ascending."""
        values = {float(v) for s in self.d.strata if isinstance(s, Flat) for i, v in s.fixed if i == k}
        return sorted(values)

    def window(self, k: int, *, points: Sequence[float] = ()) -> tuple[float, float]:
        """What is shown of a feature: nearly all of the law, all fixed values and the given points, with some air."""
        seen = [*np.quantile(self.sample[0][:, k], (0.001, 0.999)), *self.fixed(k), *points]
        low, high = min(seen), max(seen)
        air = 0.12 * (high - low) if high > low else 1.0
        if len(self.fixed(k)) > 1 and not points:
            air = max(air, (high - low) / 2)
        return low - air, high + air

    @cached_property
    def example(self) -> tuple[Floats, int]:
        """The sample that perturbations start from: the last label's mean on the first stratum that it lives on."""
        y = self.d.labels[-1]
        component = next(c for c in self.d.components if any(label == y and w.weight != 0 for label, w in c.densities))
        (density, *_) = (w.density for label, w in component.densities if label == y)
        free = np.array([[0.0 if mean is None else float(mean) for mean in density.means]])
        return component.stratum.embed(free.reshape(1, component.stratum.dim))[0], y
