"""Coordinates around a point or a line: q along it, p across, in which the features of what it can reach are affine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import sympy

from symadv.geometry.charts import Chart, Form
from symadv.geometry.oblique import Oblique
from symadv.geometry.strata import Flat
from symadv.geometry.stratum import Stratum
from symadv.language.balls import ball
from symadv.language.errors import SymadvError
from symadv.language.order import compare
from symadv.risk._near_roots import rational
from symadv.risk._net_tiles import P, Q, Tile

Exprs = tuple[sympy.Expr, ...]
_ZERO, _ONE = sympy.S.Zero, sympy.S.One
_BITS = 128
BESIDE = 2.0**-100


@dataclass(frozen=True)
class Frame:
    """The points home + offset + p across + q along; zeros for a direction that there is not.

    The sample with coordinate t is home + t along; ``offset``: how far perturbed points are in yet other features.
    """

    home: Exprs
    along: Exprs
    across: Exprs
    offset: Exprs

    @property
    def forms(self) -> tuple[Form, ...]:
        """The features."""
        parts = zip(self.across, self.along, self.home, self.offset, strict=True)
        return tuple((a, b, c + o) for a, b, c, o in parts)

    @property
    def place(self) -> Exprs:
        """The features as expressions in P and Q."""
        return tuple(a * P + b * Q + c for a, b, c in self.forms)

    @property
    def unused(self) -> dict[sympy.Symbol, sympy.Expr]:
        """The coordinates without a direction, which are 0."""
        return {v: _ZERO for v, way in ((P, self.across), (Q, self.along)) if not any(way)}

    def chart(self, tile: Tile) -> Chart:
        """A tile in feature space, irrational slopes along taken for rational ones beside them."""
        low, high = tile.below or (_ZERO, -sympy.oo), tile.above or (_ZERO, sympy.oo)
        place = tuple((a, beside(b), c) for a, b, c in self.forms)
        return Chart(place, tile.p, (low[1], high[1]), (low[0], high[0]))


def standing(stratum: Stratum) -> Frame:
    """The frame in which nothing moves across."""
    home = stratum.place((_ZERO,) * stratum.dim)
    nothing = (_ZERO,) * len(home)
    if not stratum.dim:
        return Frame(home, nothing, nothing, nothing)
    along = tuple(b - a for a, b in zip(home, stratum.place((_ONE,)), strict=True))
    return Frame(home, along, nothing, nothing)


def beside(slope: sympy.Expr) -> sympy.Rational:
    """A rational number within BESIDE of a slope, relative to 1 + its size."""
    return slope if slope.is_Rational else rational(ball(slope, bits=_BITS).mid())


def slides(along: Exprs, budgets: Exprs) -> bool:
    """Whether perturbed points can move along."""
    return any(along) and all(e != 0 for s, e in zip(along, budgets, strict=True) if s != 0)


def frame_of(stratum: Stratum, budgets: Exprs, within: Stratum | None = None) -> Frame:
    """The frame of a stratum for all perturbed points, or for those ``within`` another stratum of the support.

    Refused where these have more than two coordinates.
    """
    frame, moving = standing(stratum), [i for i, e in enumerate(budgets) if e != 0]
    if not moving:
        return frame
    if not stratum.dim:
        fixed = dict(within.fixed) if isinstance(within, Flat) else {}
        frame = replace(frame, along=_unit(next((i for i in moving if i not in fixed), moving[0]), len(budgets)))
    ahead = slides(frame.along, budgets)
    if len(moving) == ahead:
        return frame
    if len(moving) == 1 + ahead:
        across = _conjugate(frame.along, moving, budgets) if ahead else _unit(moving[0], len(budgets))
        return replace(frame, across=across)
    if within is None:
        raise SymadvError(
            f"the exact risk of a network is known where at most two features vary, got {len(moving) + 1 - ahead}; "
            "wanted budgets of 0 for the others, or on_support=True"
        )
    return _offset(frame, moving, budgets, within)


def substitution(frame: Frame, within: Stratum) -> Mapping[sympy.Symbol, sympy.Expr] | None:
    """What is known of P and Q on a stratum: constants, or Q as a form in P; None where the stratum has no points."""
    known: dict[sympy.Symbol, sympy.Expr] = frame.unused
    for form in _equations(within, frame.place):
        form = sympy.expand(form.xreplace(known))
        a, b = form.coeff(P), form.coeff(Q)
        if a == 0 and b == 0:
            if compare(form, _ZERO) != 0:
                return None
            continue
        v, slope = (Q, b) if b != 0 else (P, a)
        found = sympy.expand(v - form / slope)
        known = {**{k: sympy.expand(e.xreplace({v: found})) for k, e in known.items()}, v: found}
    return known


def _equations(within: Stratum, place: Exprs) -> list[sympy.Expr]:
    if isinstance(within, Oblique):
        on = within.place((place[within.leading],))
        return [x - y for i, (x, y) in enumerate(zip(place, on, strict=True)) if i != within.leading]
    if isinstance(within, Flat):
        return [place[i] - v for i, v in within.fixed]
    raise SymadvError(f"the exact risk of a network on the support is known for points and lines, not for {within}")


def _unit(i: int, d: int) -> Exprs:
    return tuple(sympy.Integer(k == i) for k in range(d))


def _conjugate(along: Exprs, moving: Sequence[int], budgets: Exprs) -> Exprs:
    """The direction in two features that is orthogonal to the one along, in units of the budgets if these allow."""
    i, j = moving
    if along[i] == 0 or along[j] == 0:
        return _unit(j if along[j] == 0 else i, len(along))
    if not all(along[k].is_Rational for k in moving):
        return _unit(j if along[i] == 1 else i, len(along))
    ratio = (budgets[j] / budgets[i]) ** 2
    slope = -along[i] / along[j] * (ratio if ratio.is_Rational else 1)
    return tuple(_ONE if k == i else slope if k == j else _ZERO for k in range(len(along)))


def _offset(frame: Frame, moving: Sequence[int], budgets: Exprs, within: Stratum) -> Frame:
    """The frame for one stratum of the support, parallel to the own one, where more than two features can move."""
    if not isinstance(within, Flat) or within.dim > 2:
        raise SymadvError(
            f"the exact risk of a network on the support is known for points, lines, planes, not {within}"
        )
    others = {i: v for i, v in within.fixed if i in moving and frame.along[i] == 0}
    offset = tuple(others[i] - c if i in others else _ZERO for i, c in enumerate(frame.home))
    left = [i for i in moving if i not in others]
    ahead = slides(frame.along, budgets)
    if len(left) == ahead:
        return replace(frame, offset=offset)
    across = _conjugate(frame.along, left, budgets) if ahead else _unit(left[0], len(offset))
    return replace(frame, offset=offset, across=across)


def crosses(stratum: Stratum, plane: Flat) -> bool:
    """Whether a line has a direction that a plane does not have."""
    along = standing(stratum).along
    return any(along[i] != 0 for i, _ in plane.fixed)


def plane_frame(plane: Flat) -> Frame:
    """The frame of a plane: its features are the coordinates."""
    home = plane.place((_ZERO, _ZERO))
    across, along = (_unit(i, len(home)) for i in plane.free)
    return Frame(home, along, across, (_ZERO,) * len(home))
