"""Where points of each type are: what a classifier says of them, and the Bayes label of their projection."""

import sympy

from symadv.adversary.classifier import Classifier, Partition
from symadv.language.errors import SymadvError
from symadv.language.opened import opened
from symadv.language.regions import Cells, nowhere
from symadv.language.simpler import simplified
from symadv.probability.distribution import Distribution
from symadv.probability.labels import label_regions
from symadv.risk.pieces import Type


def region_types(
    f: Classifier,
    d: Distribution,
    *,
    margin: sympy.Expr = sympy.S.Zero,
    with_labels: bool = True,
    by_cases: bool = True,
) -> dict[Type, Cells]:
    """The region of each type of point: what f says, with any or with a certain Bayes label of the projection.

    ``by_cases``: whether nearest values are written as cases, one for each combination of them.
    """
    regions, labels = f.regions(), label_regions(d, margin=margin) if with_labels else {}
    if regions is None:
        raise SymadvError(f"exact risk needs a classifier with regions; {f.name} does not know its own")
    said, true = regions, labels
    if by_cases:
        said, true = ({y: simplified(opened(region)) for y, region in part.items()} for part in (regions, labels))
    plain: dict[Type, Cells] = {(a, None): said[a] for a in d.labels}
    if with_labels and isinstance(f, Partition) and f.made_from == d and f.ahead == label_regions(d):
        # f says the true label wherever there is one
        return {**plain, **{(a, b): true[b] if a == b else nowhere(d.features) for a in d.labels for b in true}}
    return {**plain, **{(a, b): said[a] & true[b] for a in d.labels for b in true}}
