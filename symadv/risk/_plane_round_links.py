"""What is within reach of a smooth arc when the ball is a disc: arcs as chords."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from symadv.geometry.polygons import ULP
from symadv.risk._plane_curves import Curves
from symadv.risk._plane_cut import Link
from symadv.risk._plane_links import Reach
from symadv.risk._plane_reach import Pieces

_BOW = 1e-5


@dataclass(frozen=True)
class Disc:
    """A ball by its radius."""

    radius: float

    def reach(self, arcs: Curves, links: Sequence[Link]) -> Reach:
        """Chords, that are to be dilated."""
        ends, errors, touched = [], [], []
        for link in links:
            one = arcs.take(np.array([link.part.curve]))
            low, high = link.part.low, link.part.high
            bow = 2 * np.abs(one.on(np.array([low]), np.array([high]))[0, 2:]).sum()
            n = int(np.ceil(np.sqrt(bow / _BOW))) or 1
            cuts = np.linspace(low, high, n + 1)
            heights = one.at(cuts[:, None])[:, 0]
            for k in range(n):
                own = one.on(cuts[k : k + 1], cuts[k + 1 : k + 2])[0]
                ends.append([(cuts[k], heights[k]), (cuts[k + 1], heights[k + 1])])
                errors.append(2 * np.abs(own[2:]).sum() + one.error[0] + 16 * ULP * (1 + np.abs(ends[-1]).max()))
                touched.append(link.touched)
        pieces = Pieces(np.array(ends), np.array(errors), np.array(touched), np.ones(len(ends)))
        nothing = arcs.take(np.zeros(0, dtype=np.int64))
        return Reach(nothing, np.zeros((0, pieces.touched.shape[1]), dtype=np.int64), pieces, np.zeros((0, 2)))
