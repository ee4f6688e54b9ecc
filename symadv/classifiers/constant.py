"""The same label everywhere."""

from symadv.adversary.classifier import Partition, known_label
from symadv.language.regions import everywhere
from symadv.probability.distribution import Distribution


def constant(d: Distribution, *, label: int) -> Partition:
    """$f(x) = $ ``label``."""
    known = known_label("label", label, d.labels)
    return Partition("constant", d.labels, {known: everywhere(d.features)}, known)
