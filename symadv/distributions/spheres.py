"""Adversarial spheres: two concentric spheres, uniformly."""

import sympy

from symadv.geometry.spheres import Sphere
from symadv.language.errors import SymadvError
from symadv.language.parameters import parameter
from symadv.probability.distribution import Component, Distribution
from symadv.probability.on_intervals import Uniform


def spheres(*, dimension: int = 2) -> Distribution:
    r"""Label 0 uniform on the unit sphere of $R^d$, label 1 on that of radius $R > 1$, equally likely [gilmer2018]."""
    if isinstance(dimension, bool) or not isinstance(dimension, int) or dimension < 2:
        raise SymadvError(f"spheres: got dimension = {dimension!r}, wanted an int >= 2")
    larger, centre = parameter("R", between=(1, sympy.oo)), (0,) * dimension
    return Distribution(
        name="spheres",
        features=tuple(f"x{i + 1}" for i in range(dimension)),
        labels=(0, 1),
        prior={0: "1/2", 1: "1/2"},
        components=(
            Component(Sphere(1, centre), {0: Uniform()}),
            Component(Sphere(larger, centre), {1: Uniform()}),
        ),
        source="gilmer2018",
    )
