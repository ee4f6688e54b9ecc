"""Types of points as columns: a label with a true label, or with any."""

from collections.abc import Iterator, Sequence

import numpy as np

from symadv.adversary.definition import Definition, Types
from symadv.geometry.polygons import Bools, Ints
from symadv.risk._planes.truth import NOWHERE


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


def vulnerable(definition: Definition, label: int, labels: Sequence[int], kinds: Ints) -> Bools:
    """Which of some kinds (n, 2 types) of points, the types that they have and those within reach, are vulnerable."""
    found, half = np.zeros(len(kinds), dtype=bool), kinds.shape[1] // 2
    for clean, perturbed in definition.types(label, labels):
        here, near = (list(_columns(wanted, labels, half)) for wanted in (clean, perturbed))
        found |= (kinds[:, here] == 1).any(axis=1) & (kinds[:, [half + c for c in near]] == 1).any(axis=1)
    return found


def _columns(wanted: Types, labels: Sequence[int], types: int) -> Iterator[int]:
    truths = types // len(labels) - 1
    for a in wanted.f:
        for b in (None,) if wanted.c is None else wanted.c:
            yield column(labels.index(a), None if b is None else labels.index(b), truths)
