"""The truth about a distribution at points, in numpy or torch: posterior, projection, label, who is adversarial."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from symadv import catalog
from symadv.adversary.definition import Definition
from symadv.adversary.threat import ThreatModel
from symadv.language.errors import SymadvError
from symadv.language.numbers import exact
from symadv.oracle.inputs import (
    Array,
    as_numpy,
    by_blocks,
    check_finite,
    check_labels,
    check_points,
    is_tensor,
    like,
    namespace,
)
from symadv.oracle.odds import Odds
from symadv.oracle.places import Places
from symadv.oracle.predictions import predictions
from symadv.probability.distribution import Distribution
from symadv.probability.labels import label_regions


def oracle(d: Distribution, *, validate: bool = True) -> "Oracle":
    """The oracle of a distribution whose parameters are numbers; ``validate=False`` takes its inputs as they are."""
    return Oracle(d, validate=validate)


class Oracle:
    """Exact answers in floats for points ``(n, d)``, in numpy or torch, float64 or float32; differentiable in torch.

    What comes out is of the kind, device and dtype of what goes in; labels are int64.  A point counts as one of the
    support when each coordinate is within 8 units in the last place of that of the nearest stratum, and is then
    evaluated there; ``x`` must hold such points, ``x_adv`` any.  Other input raises SymadvError; ``validate=False``
    takes it for granted that the coordinates are finite and ``x`` on the support.
    """

    def __init__(self, d: Distribution, *, validate: bool = True) -> None:
        d.require_numbers("an oracle")
        self.distribution, self.labels, self.validate = d, d.labels, validate
        self._places = Places(d)
        self._odds = Odds(d)
        self.no_label = self._odds.no_label

    def __repr__(self) -> str:
        return f"Oracle({self.distribution.name}, labels={self.labels})"

    def __deepcopy__(self, memo: Any) -> "Oracle":
        return self

    def __reduce__(self) -> Any:
        return _restored, (self.distribution, self.validate)

    def log_odds(self, x: Array) -> Array:
        r"""$\log p(y \mid x) - \log p(y_0 \mid x)$ for each label y but the first, $y_0$.

        ``(n,)`` for two labels, else ``(n, K - 1)``; infinite where one of the two has no mass, NaN where neither has.
        """
        return self._on_support("x", x, self._odds.log_odds)

    def posterior(self, x: Array) -> Array:
        r"""$p(y \mid x)$, ``(n, K)``, column k for ``labels[k]``."""
        return self._odds.posteriors(self._on_support("x", x, self._odds.before_posterior), x)

    def log_posterior(self, x: Array) -> Array:
        r"""$\log p(y \mid x)$, ``(n, K)``, column k for ``labels[k]``."""
        return self._on_support("x", x, self._odds.log_posterior)

    def bayes_label(self, x: Array, *, margin: Any = 0) -> Array:
        r"""$\arg\max_y p(y \mid x)$, ``(n,)``; ``no_label`` where it is not unique, or not ahead by the margin."""
        return self._on_support("x", x, partial(self._odds.bayes_label, margin=_float(margin)))

    def project(self, x_adv: Array) -> Array:
        r"""$\pi(\tilde x) = \arg\min_{z \in S} \|\tilde x - z\|_2$, ``(n, d)``; the first-listed of several."""
        return self._anywhere("x_adv", x_adv, self._places.nearest)

    def tied(self, x_adv: Array) -> Array:
        """Whether more than one point of the support is nearest; bool ``(n,)``."""
        return self._anywhere("x_adv", x_adv, self._places.tied)

    def label(self, x_adv: Array, *, margin: Any = 0) -> Array:
        r"""$c(\tilde x) = \arg\max_y p(y \mid \pi(\tilde x))$, ``(n,)``, by the tie rule of the distribution.

        ``no_label`` where the nearest points do not have one label, or have none; a posterior that does not exceed each
        other one by ``margin`` makes no label.
        """
        return self._anywhere("x_adv", x_adv, partial(self._label, margin=_float(margin)))

    def is_adversarial(
        self,
        x: Array,
        y: Array,
        x_adv: Array,
        f: Any,
        *,
        definition: str | Definition = "label_invariant",
        threat: ThreatModel | None = None,
    ) -> Array:
        """Whether each x_adv is an adversarial example for (x, y) and f by a definition; bool ``(n,)``.

        ``f`` is a function from points to labels, an object with such a ``predict``, a torch network with one logit per
        label, or the name of a classifier.  With ``threat``, x_adv must also be admissible [stutz2019, Definition].
        """
        self._check_pairs(x, x_adv)
        meaning = catalog.load("definitions", definition) if isinstance(definition, str) else definition
        if not isinstance(meaning, Definition):
            raise SymadvError(f"definition: got a {type(definition).__name__}, wanted a Definition or the name of one")
        d, labels = self.distribution, check_labels("y", y, len(x), self.labels)
        said = [predictions(f, points, d) for points in (x, x_adv)]
        margin = _float(meaning.margin)
        true = [as_numpy(c) for c in (self.bayes_label(x, margin=margin), self.label(x_adv, margin=margin))]
        result = meaning.holds(labels, *said, *true, labels=self.labels)
        return like(result if threat is None else result & self._admissible(x, x_adv, threat), x)

    def sample(self, n: int, *, rng: Any) -> tuple[Array, Array]:
        """``n`` draws: x ``(n, d)`` float64 and labels y ``(n,)`` in numpy; ``rng`` is a numpy Generator or a seed."""
        return self.distribution.sample(n, rng=rng)

    def module(self) -> Any:
        r"""A ``torch.nn.Module`` with the logits $\log p(y \mid \pi(x))$, ``(n, K)``, anywhere in space."""
        try:
            from symadv.oracle._network import BayesNetwork
        except ImportError as missing:
            raise SymadvError("a network needs torch: pip install 'symadv[torch]'") from missing
        return BayesNetwork(self)

    def _on_support(self, name: str, x: Array, answer: Callable[[Array], Array]) -> Array:
        def settled(rows: Array, first: int) -> Array:
            return answer(self._places.settle(name, rows, first, validate=self.validate))

        check_points(name, x, self.distribution.features)
        return by_blocks(settled, x)

    def _anywhere(self, name: str, x: Array, answer: Callable[[Array], Array]) -> Array:
        def checked(rows: Array, first: int) -> Array:
            if self.validate:
                check_finite(name, rows, self.distribution.features, first)
            return answer(rows)

        check_points(name, x, self.distribution.features)
        return by_blocks(checked, x)

    def _label(self, x: Array, *, margin: float) -> Array:
        xp, places = namespace(x), self._places
        nearest = places.nearest(x)
        result = self._odds.bayes_label(nearest, margin=margin)
        if self.distribution.tie_rule == "first":
            return result
        for z, tied in places.rivals(x, nearest):
            if bool(tied.any()):
                objects = tied & (self._odds.bayes_label(z, margin=margin) != result)
                result = xp.where(objects, self.no_label, result)
        chosen = places.chosen(x)
        if chosen is not None and bool(chosen.any()):
            result = xp.where(chosen, self._label_by_regions(x, margin), result)
        return result

    def _label_by_regions(self, x: Array, margin: float) -> Array:
        xp, array = namespace(x), catalog.load("readers", "array")
        result = xp.full_like(x[:, 0], self.no_label, dtype=xp.int64)
        for y, region in label_regions(self.distribution, margin=exact(margin)).items():
            result = xp.where(array(region, self.distribution.features).points(x), y, result)
        return result

    def _check_pairs(self, x: Array, x_adv: Array) -> None:
        for name, points in (("x", x), ("x_adv", x_adv)):
            check_points(name, points, self.distribution.features)
        if is_tensor(x) != is_tensor(x_adv) or x.shape != x_adv.shape:
            got = f"a {type(x).__name__} {tuple(x.shape)} and a {type(x_adv).__name__} {tuple(x_adv.shape)}"
            raise SymadvError(f"x and x_adv: got {got}, wanted two arrays of one kind and one shape")

    def _admissible(self, x: Array, x_adv: Array, threat: ThreatModel) -> np.ndarray[Any, np.dtype[np.bool_]]:
        if not isinstance(threat, ThreatModel):
            raise SymadvError(
                f"threat: got a {type(threat).__name__}, wanted a ThreatModel such as ThreatModel(norm='linf', eps=1)"
            )
        allowed = threat.allows(as_numpy(x), as_numpy(x_adv))
        return allowed & as_numpy(self._places.on_support(x_adv)) if threat.on_support else allowed


def _float(margin: Any) -> float:
    number = exact(margin)
    if number.free_symbols:
        raise SymadvError(f"got the margin {margin}, wanted a number")
    return float(number)


def _restored(d: Distribution, validate: bool) -> Oracle:
    return Oracle(d, validate=validate)
