"""Bayes after projection: the label that is most probable at the nearest point of the support."""

from functools import partial

from symadv.adversary.classifier import Partition
from symadv.probability.distribution import Distribution
from symadv.probability.labels import label_regions, unlabelled


def bayes(d: Distribution, *, tie: int | None = None) -> Partition:
    r"""$f(x) = \arg\max_y p(y \mid \pi(x))$; elsewhere ``tie`` (default: the last label) [stutz2019]."""
    chosen = d.labels[-1] if tie is None else tie
    return Partition(
        "bayes",
        d.labels,
        label_regions(d),
        chosen,
        made_from=d,
        anew=partial(bayes, tie=chosen),
        behind=partial(unlabelled, d),
    )
