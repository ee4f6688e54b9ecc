"""How a problem comes to points and lines: as a law on these, and what is within reach of them."""

from collections.abc import Callable

from symadv.adversary.classifier import Classifier
from symadv.adversary.threat import ThreatModel
from symadv.probability.distribution import Distribution
from symadv.risk.pieces import Reached, sections

Way = Callable[[Classifier, Distribution, ThreatModel], tuple[Distribution, Reached]]


def as_it_is(classifier: Classifier, d: Distribution, threat: ThreatModel) -> tuple[Distribution, Reached]:
    """A problem that is one on points and lines."""
    return d, sections
