"""The conventions that a risk may hang on: the kind of ball, ties of the classifier, ties of the projection."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from symadv.adversary.classifier import Classifier, Partition
from symadv.probability.distribution import Distribution, TieRule

_OTHER_RULE: dict[TieRule, TieRule] = {"every": "first", "first": "every"}


@dataclass(frozen=True)
class Convention:
    """A convention in words, and the classifier, the distribution and the kind of ball that follow it."""

    words: str
    classifier: Classifier
    d: Distribution
    closed: bool


def other_conventions(f: Classifier, d: Distribution, *, closed: bool) -> Iterator[Convention]:
    """Those that differ from the given ones in one thing; ties only of classifiers that say where they are."""
    yield Convention("open ball" if closed else "closed ball", f, d, not closed)
    if not isinstance(f, Partition):
        return
    for tie in d.labels:
        if tie != f.tie:
            yield Convention(f"f = {tie} at its ties", replace(f, tie=tie), d, closed)
    other = _with_other_rule(d)
    yield Convention(f"tie rule {other.tie_rule!r} of the projection", f.remade(_with_other_rule), other, closed)


def _with_other_rule(d: Distribution) -> Distribution:
    return replace(d, tie_rule=_OTHER_RULE[d.tie_rule])
