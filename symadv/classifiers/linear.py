"""The sign of an affine function, for two labels."""

from collections.abc import Sequence
from typing import Any

from symadv.adversary.classifier import Partition, two_labels
from symadv.language.aggregates import weighted_sum as score
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.regions import where
from symadv.probability.distribution import Distribution


def linear(d: Distribution, *, weights: Sequence[Any], tie: int, bias: Any = 0) -> Partition:
    r"""``labels[1]`` where $\langle w, x\rangle + b > 0$, ``labels[0]`` where it is negative, ``tie`` where it is 0.

    Weights, one per feature, and bias are exact; a float is the binary rational that it is.
    """
    low, high = two_labels("linear", d.labels)
    if isinstance(weights, str) or not hasattr(weights, "__len__") or len(weights) != len(d.features):
        raise SymadvError(f"weights: got {weights!r}, wanted {len(d.features)} numbers: one per feature")
    form = score({x: exact(w) for w, x in zip(weights, d.features, strict=True)}) + exact(bias)
    return Partition("linear", d.labels, {low: where(d.features, form, "<"), high: where(d.features, form, ">")}, tie)
