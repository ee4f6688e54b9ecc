r"""The ball in the coordinates of a frame: for each p how far q may be from that of the sample.

In the $\ell_\infty$ and $\ell_1$ balls $q - t$ lies between affine forms in p, piece by piece; in the $\ell_2$ ball,
whose frame is orthogonal, between $\pm H \sqrt{r - (p / W)^2}$.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cmp_to_key
from itertools import pairwise

import sympy

from symadv.geometry.charts import Ends
from symadv.language.order import INFINITESIMAL, compare
from symadv.risk._net_bounds import Bounds
from symadv.risk._net_frame import Exprs, Frame, slides
from symadv.risk._net_oval import Oval
from symadv.risk._net_reach import Affine
from symadv.risk._net_round import Arch
from symadv.risk._net_tiles import Edge, Tile, height

HERE, INSIDE, RIM, BEYOND = "here", "inside", "rim", "beyond"
_ZERO, _ONE = sympy.S.Zero, sympy.S.One
_NOWHERE: Edge = (_ZERO, _ZERO)
_FLAT = Arch(_ZERO, None, _ZERO, _ZERO)


@dataclass(frozen=True)
class Span:
    """Values of p, strictly inside the ball, on its rim or infinitely little beyond; $q - t$ is between two edges.

    ``arch``: for round balls, how far q may be from t.  ``q``: on another stratum of the support between which q; there
    ``bounds`` say between which t the sample must be.  ``tile``: a part of a plane across, where ``forms``
    do, or around a form an ``oval``; ``sure``: whether that is within reach for sure.
    """

    p: Ends
    kind: str
    back: Edge = _NOWHERE
    ahead: Edge = _NOWHERE
    arch: Arch = _FLAT
    q: tuple[sympy.Expr | None, sympy.Expr | None] = (None, None)
    bounds: Bounds | None = None
    tile: Tile | None = None
    forms: tuple[Affine, Affine] | None = None
    oval: Oval | None = None
    sure: bool = True

    def form(self, side: int, more: sympy.Expr) -> Affine:
        """The form whose least (side -1) or largest value bounds t, with a little more."""
        if self.forms:
            p, q, constant = self.forms[side > 0]
        else:
            slope, far = self.ahead if side < 0 else self.back
            p, q, constant = -slope, _ONE, -far
        return Affine(p, q, constant + side * more)


STANDING, WITHIN = Span((_ZERO, _ZERO), HERE), Span((_ZERO, _ZERO), INSIDE)


@dataclass(frozen=True)
class Section:
    """A ball around a sample, cut by the plane of a frame."""

    frame: Frame
    budgets: Exprs
    norm: str

    def spans(self) -> Iterator[Span]:
        """All values of p, in pieces."""
        left = self._left
        side = compare(left, _ZERO)
        if side < 0 or not any(self.budgets):
            return
        kind = INSIDE if side > 0 else RIM
        if side == 0:
            left = _ONE if self.norm == "linf" else _ZERO
        if not any(self.frame.across):
            yield self._at_once(left, kind)
        elif not slides(self.frame.along, self.budgets):
            ((i, _),) = [(k, a) for k, a in enumerate(self.frame.across) if a != 0]
            yield from self._ranges([self.budgets[i] * self._root(left)], [], kind)
        elif self.norm == "l2":
            yield from self._round(left, kind)
        else:
            yield from self._polygon(left, kind)

    @property
    def _left(self) -> sympy.Expr:
        """What the offset leaves of the (squared) radius: in the l-infinity ball only whether some is left."""
        shares = [abs(o) / e for o, e in zip(self.frame.offset, self.budgets, strict=True) if o != 0]
        if self.norm == "linf":
            apart = [compare(share, _ONE) for share in shares]
            return sympy.Integer(-max(apart, default=-1))
        return _ONE - sympy.Add(*(share if self.norm == "l1" else share**2 for share in shares))

    def _root(self, left: sympy.Expr) -> sympy.Expr:
        return sympy.sqrt(left) if self.norm == "l2" else left

    def _at_once(self, left: sympy.Expr, kind: str) -> Span:
        """The only span, where nothing moves across."""
        if not slides(self.frame.along, self.budgets):
            return Span((_ZERO, _ZERO), kind)
        far = self._root(left) * self._length(self.frame.along)
        return Span((_ZERO, _ZERO), kind, (_ZERO, -far), (_ZERO, far))

    def _length(self, way: Exprs) -> sympy.Expr:
        return reach_along(way, self.budgets, self.norm)

    def _round(self, left: sympy.Expr, kind: str) -> Iterator[Span]:
        r"""With $A = \|v\|^2$, $B = v \cdot a$ and $C = \|a\|^2$ of the ways along and across it is

        $q - t = -\frac BA p \pm \sqrt{(r - (C - B^2 / A) p^2) / A}$ .
        """
        ways = list(zip(self.frame.along, self.frame.across, self.budgets, strict=True))
        along, both, across = (
            sympy.simplify(sympy.Add(*(w[i] * w[j] / w[2] ** 2 for w in ways if w[i] * w[j] != 0)))
            for i, j in ((0, 0), (0, 1), (1, 1))
        )
        width = 1 / sympy.sqrt(across - both**2 / along)
        arch, middle = Arch(_ZERO, width, 1 / sympy.sqrt(along), left), (-both / along, _ZERO)
        for span in self._ranges([width * sympy.sqrt(left)], [middle], kind):
            yield replace(span, arch=arch) if span.kind == INSIDE and span.p[0] != span.p[1] else span

    def _polygon(self, left: sympy.Expr, kind: str) -> Iterator[Span]:
        (a, b), (c, d) = self._faces
        breaks = [abs(left * (d - side * b) / (a * d - c * b)) for side in (1, -1)]
        edges = [(_simple(-x / y), left / abs(y)) for x, y in self._faces if y != 0]
        yield from self._ranges(breaks, edges, kind)

    @property
    def _faces(self) -> list[tuple[sympy.Expr, sympy.Expr]]:
        """The ball as $|a p + b (q - t)| \\le r$ for two pairs (a, b)."""
        directions = zip(self.frame.across, self.frame.along, self.budgets, strict=True)
        (a, b), (c, d) = ((x / e, y / e) for x, y, e in directions if x != 0 or y != 0)
        return [(a, b), (c, d)] if self.norm == "linf" else [(a + c, b + d), (a - c, b - d)]

    def _ranges(self, breaks: Sequence[sympy.Expr], edges: Sequence[Edge], kind: str) -> Iterator[Span]:
        """The spans between some p and -p; the edges bound q - t from above, and turned about 0 from below."""
        ends = ascending([*breaks, *(-b for b in breaks)])
        back = [(slope, -far) for slope, far in edges]
        yield Span((ends[0] - INFINITESIMAL, ends[0]), BEYOND, *_at(ends[0], back, edges))
        for k, end in enumerate(ends):
            yield Span((end, end), kind if 0 < k < len(ends) - 1 else RIM, *_at(end, back, edges))
        for low, high in pairwise(ends):
            middle = (low + high) / 2
            yield Span((low, high), kind, _extreme(back, middle, 1), _extreme(edges, middle, -1))
        yield Span((ends[-1], ends[-1] + INFINITESIMAL), BEYOND, *_at(ends[-1], back, edges))


def reach_along(way: Exprs, budgets: Exprs, norm: str) -> sympy.Expr:
    """How many steps in a direction the budgets allow."""
    steps = [(abs(s), e) for s, e in zip(way, budgets, strict=True) if s != 0]
    first = steps[0][1]
    shares = [s * (first / e) for s, e in steps]
    if norm == "linf":
        return first / sympy.Max(*shares)
    power = 1 if norm == "l1" else 2
    return first / sympy.Add(*(v**power for v in shares)) ** sympy.Rational(1, power)


def ascending(numbers: Sequence[sympy.Expr]) -> list[sympy.Expr]:
    """Different numbers, ascending."""
    found: list[sympy.Expr] = []
    for number in sorted(numbers, key=cmp_to_key(compare)):
        if not found or compare(found[-1], number) != 0:
            found.append(number)
    return found


def _at(p: sympy.Expr, back: Sequence[Edge], ahead: Sequence[Edge]) -> tuple[Edge, Edge]:
    """Both bounds at one p."""
    low, high = _extreme(back, p, 1), _extreme(ahead, p, -1)
    return (_ZERO, height(low, p)), (_ZERO, height(high, p))


def _extreme(edges: Sequence[Edge], p: sympy.Expr, side: int) -> Edge:
    """The highest (side 1) or the lowest of some edges at p."""
    best = _NOWHERE
    for k, edge in enumerate(edges):
        if k == 0 or compare(height(edge, p), height(best, p)) == side:
            best = edge
    return best


def _simple(slope: sympy.Expr) -> sympy.Expr:
    return slope if slope.is_Rational else sympy.simplify(slope)
