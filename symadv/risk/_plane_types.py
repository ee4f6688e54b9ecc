"""Types of points as columns: a label with a true label, or with any."""

import numpy as np

from symadv.geometry.polygons import Ints
from symadv.risk._plane_truth import NOWHERE


def column(label: int, true: int | None, truths: int) -> int:
    """The column of a type: a label (an index) with a true label (an index), or with any (None)."""
    return label * (1 + truths) + (0 if true is None else 1 + true)


def types(label: Ints, true: Ints, labels: int, truths: int) -> Ints:
    """Rows (n, types) with a one for each type that points with some labels, or ``NOWHERE``, have."""
    found = np.zeros((len(label), labels * (1 + truths)), dtype=np.int64)
    rows = np.flatnonzero(label != NOWHERE)
    found[rows, label[rows] * (1 + truths)] = 1
    rows = rows[true[rows] != NOWHERE]
    found[rows, label[rows] * (1 + truths) + 1 + true[rows]] = 1
    return found
