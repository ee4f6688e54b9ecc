"""One run of the exact risk in symbols: comparisons that the domains leave open are decided at a place, and noted."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count

import sympy

from symadv.language.forms import expand_outside, factor_outside
from symadv.language.order import INFINITESIMAL, Undecided, sign
from symadv.language.parameters import Parameter
from symadv.language.places import Placed
from symadv.language.regions import Cells
from symadv.risk._ball import Ball, standing
from symadv.risk.measure import Part
from symadv.risk.pieces import Pairs, Pieces, Reached, Spans, Type, cut, sections

Values = Mapping[Parameter, sympy.Expr]
Condition = tuple[sympy.Expr, int]
Leaf = tuple[tuple[Spans, ...], ...]  # for each definition, for each part of the law

_RUNS = count()


class OnBoundary(Exception):
    """A form that was asked for is zero at the place, of all points."""

    def __init__(self, form: sympy.Expr) -> None:
        super().__init__(str(form))
        self.form = form


class Place:
    """A point of the parameters' domains, and the signs that were asked for and are not the same on all of them.

    ``conditions`` starts with signs that hold; ``zeros`` are forms that are zero wherever these do.
    """

    def __init__(
        self,
        point: Mapping[Parameter, sympy.Expr],
        *,
        conditions: Iterable[Condition] = (),
        zeros: Container[sympy.Expr] = (),
    ) -> None:
        run = next(_RUNS)
        self.symbols = {s: Placed(s, run, self._decide) for s in point}
        self._parameters = {placed: s for s, placed in self.symbols.items()}
        self._point = dict(point)
        self._zeros = zeros
        self.conditions = dict(conditions)

    def general(self, expression: sympy.Expr) -> sympy.Expr:
        """An expression in the parameters again."""
        return expression.xreplace(self._parameters)

    def _decide(self, number: sympy.Expr) -> int | None:
        return self._sign(self.general(number))

    def _sign(self, number: sympy.Expr) -> int | None:
        orientation, forms = split(number)
        for form, power in forms:
            here = self._sign_of(form)
            if not here:
                return here
            orientation *= here**power
        return orientation

    def _sign_of(self, form: sympy.Expr) -> int | None:
        if form in self._zeros:
            return 0
        if form not in self.conditions:
            if any(self._sign(root.base) == -1 for root in _roots(form)):
                return None
            here: int | None = sign(form.xreplace(self._point))
            if here is None:
                return None
            if here == 0:
                if any(value.has(INFINITESIMAL) for value in self._point.values()):
                    return 0  # also a little further on, and so up to the next root of another form
                raise OnBoundary(form)
            self.conditions[form] = here
        return int(self.conditions[form])


def _roots(form: sympy.Expr) -> list[sympy.Pow]:
    """The square roots in a form, which are real where what they are taken of is not negative."""
    roots = [e for e in form.atoms(sympy.Pow) if e.exp.is_Rational and not e.exp.is_Integer and e.base.free_symbols]
    return sorted(roots, key=sympy.default_sort_key)


@lru_cache(maxsize=16384)
def condition(form: sympy.Expr) -> tuple[sympy.Expr, int]:
    """A short form that has the sign of another one, or (-1) the opposite sign."""
    orientation, forms = split(form)
    if not orientation:
        return sympy.S.Zero, 1
    if len(forms) == 1 and forms[0][1] == 1:
        return forms[0][0], orientation
    return expand_outside(sympy.Mul(*(short**power for short, power in forms))), orientation


@lru_cache(maxsize=16384)
def split(form: sympy.Expr) -> tuple[int, tuple[tuple[sympy.Expr, int], ...]]:
    """A sign and short forms, each to the power 1 or 2, whose product has the sign of a form."""
    orientation, kept = 1, []
    for part in sympy.fraction(sympy.together(form)):
        for factor in sympy.Mul.make_args(factor_outside(part)):
            base, power = factor.as_base_exp()
            if not (power.is_Integer and power > 0):
                base, power = factor, 1
            known = sign(base)
            if known is None:
                short, turned = _short(base)
                kept.append((short, 2 - int(power) % 2))
            orientation *= (turned if known is None else known) ** int(power)
    return orientation, tuple(kept)


def _short(form: sympy.Expr) -> tuple[sympy.Expr, int]:
    """One factor without a function that keeps its sign, turned so that it begins without a minus."""
    if isinstance(form, sympy.log):
        return condition(form.args[0] - 1)
    if isinstance(form, sympy.Pow) and form.exp == sympy.S.Half:
        return condition(form.base)
    primitive = expand_outside(form)
    return (expand_outside(-primitive), -1) if primitive.could_extract_minus_sign() else (primitive, 1)


@dataclass(frozen=True)
class Question:
    """What is asked at every place: regions by type, the parts of the law, the ball, and the definitions' pairs."""

    types: Mapping[Type, Cells]
    parts: tuple[Part, ...]
    ball: Ball
    pairs: tuple[Mapping[int, Pairs], ...]
    reached: Reached = sections

    def at(self, place: Place, surface: Values) -> Leaf:
        """The vulnerable intervals of each part under each definition, where the parameters are near the place."""
        values = {**place.symbols, **{s: e.xreplace(place.symbols) for s, e in surface.items()}}
        types = {kind: _moved(region, values) for kind, region in self.types.items()}
        ball = _ball(self.ball, values)
        still = standing(len(ball.budgets))
        pieces = {}
        for given in dict.fromkeys(part.stratum for part in self.parts):
            line = given.substitute(values)
            here = self.reached(line, types, still)
            pieces[given] = cut(line, here, self.reached(line, types, ball))
        return tuple(
            tuple(self._spans(place, pieces[part.stratum], pairs[part.label]) for part in self.parts)
            for pairs in self.pairs
        )

    def _spans(self, place: Place, pieces: Pieces, pairs: Pairs) -> Spans:
        inner, outer = (pieces.spans(pieces.vulnerable(pairs, side)) for side in (0, 1))
        if inner != outer:
            raise Undecided(
                "the risk has no closed form in these parameters that the program knows; give values to some of them"
            )
        return tuple((place.general(lower), place.general(upper)) for lower, upper in inner)


def _moved(region: Cells, values: Values) -> Cells:
    return Cells(region.features, tuple(tuple((f.xreplace(values), s) for f, s in cell) for cell in region.cells))


def _ball(ball: Ball, values: Values) -> Ball:
    box = None if ball.box is None else tuple((a.xreplace(values), b.xreplace(values)) for a, b in ball.box)
    within = None if ball.within is None else tuple(stratum.substitute(values) for stratum in ball.within)
    return replace(ball, budgets=tuple(e.xreplace(values) for e in ball.budgets), box=box, within=within)
