"""Open room: ``classifiers/NAME.py`` exports ``NAME(d, **options)``, a ``Classifier`` on the feature space of d."""

from inspect import signature
from typing import Any

from symadv import catalog
from symadv.adversary.classifier import Classifier
from symadv.language.errors import SymadvError
from symadv.probability.distribution import Distribution


def classifier(name: str, d: Distribution, **options: Any) -> Classifier:
    """The classifier of a name on d's feature space: a member of this room, or one's own (``"my.module:toy"``)."""
    made = catalog.load("classifiers", name)
    if isinstance(made, Classifier) and not options:
        return made
    try:
        signature(made).bind(d, **options)
    except (TypeError, ValueError) as error:
        known = catalog.options("classifiers", name) if name in catalog.names("classifiers") else ()
        wanted = f"; its options: {', '.join(known)}" if known else ""
        raise SymadvError(f"classifier {name}: {error}{wanted}") from error
    result = made(d, **options)
    if not isinstance(result, Classifier):
        raise SymadvError(f"{name} gave {type(result).__name__}, wanted name, labels, tie, predict and regions")
    return result
