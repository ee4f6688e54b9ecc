r"""Curves in the plane by rational functions of one parameter: lines, parabolas and circles.

$z(s) = (X(s), Y(s)) / W(s)$ with polynomials X, Y and $W > 0$; a circle of radius r around c is
$c + r\,(1 - s^2, 2 s) / (1 + s^2)$, all of it but the point $c - (r, 0)$, to which s goes at both infinities.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import sympy

from symadv.geometry.spheres import Sphere
from symadv.geometry.stratum import Stratum
from symadv.language.forms import expand_outside
from symadv.language.order import Undecided, sign
from symadv.language.roots import NoClosedForm

Variables = tuple[sympy.Symbol, sympy.Symbol]


@dataclass(frozen=True)
class Path:
    """A curve $(X, Y) / W$ in one parameter; of a circle also its radius and centre."""

    x: sympy.Expr
    y: sympy.Expr
    weight: sympy.Expr = sympy.S.One
    circle: tuple[sympy.Expr, sympy.Expr, sympy.Expr] | None = None

    @property
    def is_line(self) -> bool:
        """Whether it is a line or a point."""
        return self.is_polynomial and all(sympy.diff(z, v, 2) == 0 for z in (self.x, self.y) for v in z.free_symbols)

    @property
    def is_polynomial(self) -> bool:
        """Whether it is a line or a parabola."""
        return bool(self.weight == 1)

    def of(self, form: sympy.Expr, variables: Variables) -> sympy.Expr:
        """A polynomial in the parameter with the signs that a polynomial in two variables has along the curve."""
        if not form.is_polynomial(*variables):
            raise NoClosedForm(f"no closed form for {form} along a curve")
        if self.is_polynomial or not form.has(*variables):
            return expand_outside(form.xreplace(dict(zip(variables, (self.x, self.y), strict=True))))
        polynomial = sympy.Poly(form, *variables)
        degree = polynomial.total_degree()
        terms = (c * self.x**i * self.y**j * self.weight ** (degree - i - j) for (i, j), c in polynomial.terms())
        return self.without_weight(expand_outside(sympy.Add(*terms)))

    def without_weight(self, polynomial: sympy.Expr) -> sympy.Expr:
        """A polynomial divided by the weight, which is positive, as often as that leaves no rest."""
        if self.is_polynomial:
            return polynomial
        (s,) = self.weight.free_symbols
        while sympy.degree(polynomial, s) >= 2:
            quotient, rest = sympy.div(sympy.Poly(polynomial, s), sympy.Poly(self.weight, s))
            if any(expand_outside(c) != 0 for c in rest.all_coeffs()):
                break
            polynomial = expand_outside(quotient.as_expr())
        return polynomial


def path_of(stratum: Stratum, pair: tuple[int, int], t: sympy.Symbol) -> Path:
    """A circle, line or point in the plane of two features as a curve."""
    if isinstance(stratum, Sphere):
        return circle(stratum.radius, (stratum.centre[0], stratum.centre[1]), t)
    place = stratum.place((t,) * stratum.dim)
    return Path(place[pair[0]], place[pair[1]])


def circle(radius: sympy.Expr, centre: tuple[sympy.Expr, sympy.Expr], s: sympy.Symbol) -> Path:
    """A circle but for one point."""
    weight = 1 + s**2
    x, y = centre
    place = expand_outside(x * weight + radius * (1 - s**2)), expand_outside(y * weight + 2 * radius * s)
    return Path(*place, weight, (radius, x, y))


@lru_cache(maxsize=4096)
def zeros(form: sympy.Expr, variables: Variables, s: sympy.Symbol) -> tuple[Path, ...]:
    """Where an affine form, a parabola or a circle is zero; refused by NoClosedForm for other forms."""
    return tuple(_zeros(form, variables, s))


def _zeros(form: sympy.Expr, variables: Variables, s: sympy.Symbol) -> Iterator[Path]:
    around = _circle(form, variables, s)
    if around is not None:
        yield from around
        return
    for (x, y), turn in ((variables, 1), (variables[::-1], -1)):
        square, mixed = form.coeff(x, 2), form.diff(x, y) / 2
        if any(part.has(x, y) for part in (square, mixed)):
            raise NoClosedForm(f"no closed form for where {form} is zero")
        if _sign(square) == 0:
            continue
        shear = mixed / square
        rest = expand_outside(form.xreplace({x: s - shear * y}))  # in s and y, without a product if it is a parabola
        slope, constant = expand_outside(rest.coeff(y, 1)), rest.xreplace({y: sympy.S.Zero})
        if slope.has(s) or _sign(rest.coeff(y, 2)) != 0:
            raise NoClosedForm(f"{form} is zero on no parabola")
        if _sign(slope) != 0:
            height = expand_outside(-constant / slope)
            yield Path(*(expand_outside(s - shear * height), height)[::turn])
        return
    a, b, c = (form.coeff(variables[0], 1), form.coeff(variables[1], 1), form.xreplace(dict.fromkeys(variables, 0)))
    if _sign(form.diff(*variables)) != 0:
        raise NoClosedForm(f"{form} is zero on no parabola")
    if _sign(b) != 0:
        yield Path(s, expand_outside(-plain(c / b) - plain(a / b) * s))
    elif _sign(a) != 0:
        yield Path(-plain(c / a), s)


def _circle(form: sympy.Expr, variables: Variables, s: sympy.Symbol) -> list[Path] | None:
    """The circle on which a form is zero, or nothing where that is empty; None for a form of another kind."""
    if not form.is_polynomial(*variables):
        return None
    polynomial = sympy.Poly(form, *variables)
    x, y = variables
    a = polynomial.coeff_monomial(x**2)
    level = polynomial.total_degree() == 2 and _sign(a) != 0 and _sign(polynomial.coeff_monomial(x * y)) == 0
    if not level or _sign(a - polynomial.coeff_monomial(y**2)) != 0:
        return None
    centre = tuple(expand_outside(-polynomial.coeff_monomial(v) / (2 * a)) for v in variables)
    square = expand_outside(centre[0] ** 2 + centre[1] ** 2 - polynomial.coeff_monomial(1) / a)
    side = _sign(square)
    if side == 0:
        return [Path(*centre)]
    return [circle(sympy.sqrt(square), (centre[0], centre[1]), s)] if side > 0 else []


@lru_cache(maxsize=4096)
def plain(number: sympy.Expr) -> sympy.Expr:
    r"""A number $p + q \sqrt m$ with rational p, q and m as just that; another one as it is, multiplied out."""
    powers = {p for p in number.atoms(sympy.Pow) if not p.exp.is_Integer}
    bases = {p.base for p in powers}
    if len(bases) != 1 or any(not p.base.is_Rational or abs(p.exp) != sympy.S.Half for p in powers):
        return expand_outside(number)
    (m,), r = bases, sympy.Dummy()
    top, bottom = sympy.fraction(sympy.together(number.xreplace({p: r / m if p.exp < 0 else r for p in powers})))
    (a, b), (c, d) = (_halves(part, r, m) for part in (top, bottom))
    norm = c**2 - d**2 * m
    return (a * c - b * d * m) / norm + (b * c - a * d) / norm * sympy.sqrt(m)


def _halves(form: sympy.Expr, r: sympy.Symbol, m: sympy.Rational) -> tuple[sympy.Expr, sympy.Expr]:
    """p and q of a polynomial in r, which is p + q r as r^2 is m."""
    terms = sympy.Poly(form, r).terms()
    p, q = (sympy.Add(*(c * m ** (k // 2) for (k,), c in terms if k % 2 == odd)) for odd in (0, 1))
    return p, q


def _sign(number: sympy.Expr) -> int:
    result = sign(expand_outside(number))
    if result is None:
        raise Undecided(f"cannot decide the sign of {number}")
    return result
