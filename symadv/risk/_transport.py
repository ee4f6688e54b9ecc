r"""The smallest adversarial loss on one line, between a classifier and a coupling that shows that none is better.

Moving each sample s of one label to t = s - r, with $|r| \le R$, matches $\int \min(a\,\alpha(s), b\,\beta(s-r))\,ds$;
one of each matched pair is lost by every classifier.  The samples whose own side is the smaller one are lost by the
classifier that decides by which side is larger, half of r away; when it loses no others, both are optimal.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import sympy

from symadv.language.forms import expand_outside
from symadv.language.intervals import Cut, Intervals
from symadv.language.order import Undecided, compare
from symadv.language.roots import NoClosedForm, sign_sets
from symadv.probability.density import Univariate

_LINE = ((-sympy.oo, sympy.oo),)

Side = tuple[sympy.Expr, Univariate]


@dataclass(frozen=True)
class Lost:
    """The samples of the first and of the second label that a classifier loses, and their probability."""

    first: Intervals
    second: Intervals
    risk: sympy.Expr


def optimal(first: Side, second: Side, width: sympy.Expr) -> Lost | None:
    """What the best classifier loses, when a shift shows that none is better; None when none of those tried does."""
    if any(law.support != _LINE for _, law in (first, second)):
        return None  # a logarithm of a density says nothing beyond its support
    for shift in _shifts(first[1], second[1], width):
        try:
            found = _by_shift(first, second, width, shift)
        except (NoClosedForm, Undecided):
            continue
        if found is not None:
            return found
    return None


def _shifts(first: Univariate, second: Univariate, width: sympy.Expr) -> Iterator[sympy.Expr]:
    """The one that puts both laws on each other, if it is short enough, and the longest ones."""
    between = first.terms()[0] - second.terms()[0]
    if compare(sympy.Abs(between), width) <= 0:
        yield between
    yield from (width, -width)


def _by_shift(first: Side, second: Side, width: sympy.Expr, shift: sympy.Expr) -> Lost | None:
    (a, alpha), (b, beta) = first, second
    s = sympy.Symbol("s", real=True)
    form = sympy.log(a / b) + alpha.log_density((s,)) - beta.log_density((s - shift,))
    signs = sign_sets(expand_outside(form), s)
    mine, matched = signs[1], (~signs[1], _moved(signs[1], -shift))
    says = _moved(mine, -shift / 2)
    lost = (~says).dilate(width / 2, closed=True), says.dilate(width / 2, closed=True)
    if any(not _same(x, y) for x, y in zip(matched, lost, strict=True)):
        return None
    risk = sympy.Add(*(weight * _mass(law, on) for (weight, law), on in zip((first, second), lost, strict=True)))
    return Lost(*lost, risk)


def _moved(numbers: Intervals, by: sympy.Expr) -> Intervals:
    return Intervals(
        tuple(c if c.value.is_infinite else Cut(expand_outside(c.value + by), c.side) for c in numbers.cuts)
    )


def _same(a: Intervals, b: Intervals) -> bool:
    """Whether two sets differ by single points alone."""
    ends, others = ([cut.value for cut in x.cuts] for x in (a, b))
    return len(ends) == len(others) and all(compare(x, y) == 0 for x, y in zip(ends, others, strict=True))


def _mass(law: Univariate, on: Intervals) -> sympy.Expr:
    return sympy.Add(*(law.mass(start.value, end.value) for start, end in on))
