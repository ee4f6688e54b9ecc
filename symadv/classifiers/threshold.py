"""One feature against a threshold, for two labels."""

from typing import Any

from symadv.adversary.classifier import Partition, known_label, two_labels
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.language.regions import where
from symadv.probability.distribution import Distribution


def threshold(d: Distribution, *, at: Any, below: int, tie: int, feature: int = 0) -> Partition:
    r"""``below`` where $x_k < a$ for the feature of index k, the other label where $x_k > a$, ``tie`` where $x_k = a$.

    ``at`` is exact: a number, a string such as "1/2", or an expression in the parameters.
    """
    low, high = two_labels("threshold", d.labels)
    if isinstance(feature, bool) or feature not in range(len(d.features)):
        raise SymadvError(f"feature: got {feature!r}, wanted an index from 0 to {len(d.features) - 1}")
    under = known_label("below", below, d.labels)
    form = d.features[feature] - exact(at)
    ahead = {under: where(d.features, form, "<"), high if under == low else low: where(d.features, form, ">")}
    return Partition("threshold", d.labels, ahead, tie)
