"""A second small program that looks at covers: exact rationals and Arb, and nothing of the prover that made them.

A cover is plain data (it survives JSON): ``parameters`` as ``[name, low, high, low_open, high_open]``, ``given`` and
``statement`` as nested lists such as ``[">", ["Phi", "eta"], "1/2"]``, and ``boxes`` as one ``[low, high]`` for each
parameter with the reason: "holds" (the statement does, everywhere on the box) or "outside" (what is given does not).
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import flint

from symadv.provers._recheck_arithmetic import INFINITE, Jet, Range, Undefined, apply, constant

Cover = dict[str, Any]
_Box = tuple[Range, ...]
_Ends = list[tuple[Fraction | float, Fraction | float]]
_Side = tuple[Fraction | float, Fraction | float, bool, bool]

_BITS = 96
_HALVINGS = 5  # of a box on which the bounds of this program are too coarse
_WORK = 200_000  # boxes looked at while coverage is checked


def recheck(cover: Cover) -> str:
    """Why a cover proves nothing; empty when its boxes fill the domain and each reason holds everywhere on its box."""
    with flint.ctx.workprec(_BITS):
        try:
            names = {p[0]: k for k, p in enumerate(cover["parameters"])}
            sides = _domain(cover, names)
            domain = [(low, high) for low, high, _, _ in sides]
            boxes = [_ends(box) for box, _ in cover["boxes"]]
            if any(len(box) != len(domain) for box in boxes):
                return "a box has another dimension than the domain"
            if not _filled(domain, boxes):
                return "the boxes do not fill the domain"
            return next(_complaints(cover, boxes, sides, names), "")
        except (KeyError, IndexError, TypeError, ValueError) as error:
            return f"not a cover: {type(error).__name__}: {error}"


def _complaints(cover: Cover, boxes: list[_Ends], sides: list[_Side], names: dict[str, int]) -> Iterator[str]:
    goals = {"holds": (["and", cover["statement"]], True), "outside": (["and", *cover["given"]], False)}
    for (data, reason), ends in zip(cover["boxes"], boxes, strict=True):
        condition, wanted = goals[reason]
        if not _settled(condition, wanted, _box(sides, ends), names, _HALVINGS):
            yield f"on the box {data} the reason {reason!r} is not confirmed"


# that the boxes fill the domain: by cutting at ends of boxes until one box holds what is left


def _filled(domain: _Ends, boxes: list[_Ends]) -> bool:
    todo, work = [(domain, boxes)], 0
    while todo:
        here, near = todo.pop()
        work += len(near)
        if any(all(b[0] <= h[0] and h[1] <= b[1] for b, h in zip(box, here, strict=True)) for box in near):
            continue
        axis, at = _cut(here, near)
        if at is None or work > _WORK * (1 + len(boxes)):
            return False
        for side in ((here[axis][0], at), (at, here[axis][1])):
            part = [*here[:axis], side, *here[axis + 1 :]]
            todo.append((part, [b for b in near if b[axis][0] < side[1] and side[0] < b[axis][1]]))
    return True


def _cut(here: _Ends, boxes: list[_Ends]) -> tuple[int, Fraction | float | None]:
    """An end of a box inside, such that few boxes lie on both sides; the most even one of these."""
    best: tuple[Any, int, Fraction | float | None] = ((), 0, None)
    for axis, (low, high) in enumerate(here):
        starts, stops = (sorted(box[axis][k] for box in boxes) for k in (0, 1))
        inside = sorted({e for e in (*starts, *stops) if low < e < high})
        i = j = 0
        for at in inside:
            while i < len(starts) and starts[i] < at:
                i += 1
            while j < len(stops) and stops[j] <= at:
                j += 1
            cost = (i - j, max(i, len(boxes) - j))
            if best[2] is None or cost < best[0]:
                best = (cost, axis, at)
    return best[1], best[2]


# that a condition holds, or fails, everywhere on a box


def _settled(condition: Any, wanted: bool, box: _Box, names: dict[str, int], halvings: int) -> bool:
    if _truth(condition, box, names) is wanted:
        return True
    if halvings == 0:
        return False
    finite = [k for k, side in enumerate(box) if side.is_finite]
    if not finite:
        return False
    axis = max(finite, key=lambda k: float(box[k].high - box[k].low))
    return all(
        _settled(condition, wanted, (*box[:axis], half, *box[axis + 1 :]), names, halvings - 1)
        for half in box[axis].halves()
    )


def _truth(condition: Any, box: _Box, names: dict[str, int]) -> bool | None:
    head, *parts = condition
    if head in ("and", "or"):
        return _joined([_truth(part, box, names) for part in parts], decisive=head == "or")
    if head == "not":
        inner = _truth(parts[0], box, names)
        return None if inner is None else not inner
    low, high = _bounds(["+", parts[0], ["*", "-1", parts[1]]], box, names)
    above, below = low.positive_low, high.negative_high
    match head:
        case ">":
            return True if above else False if high.high <= 0 else None
        case ">=":
            return True if low.low >= 0 else False if below else None
        case "!=":
            return True if above or below else False if low.low == 0 == high.high else None
    raise ValueError(f"the relation {head!r}")


def _joined(values: list[bool | None], *, decisive: bool) -> bool | None:
    return decisive if decisive in values else None if None in values else not decisive


def _bounds(term: Any, box: _Box, names: dict[str, int]) -> tuple[Range, Range]:
    """Ranges whose low end and whose high end bound the term on the box."""
    try:
        found = _jet(term, box, names)
    except Undefined:
        return Range.everything(), Range.everything()
    if not all(side.is_finite for side in box):
        return found.value, found.value
    return tuple(_best(term, box, names, found, sign) for sign in (1, -1))  # type: ignore[return-value]


def _best(term: Any, box: _Box, names: dict[str, int], found: Jet, sign: int) -> Range:
    """The best of: the value; the value where slopes say that the least (or greatest) one is; the mean value form."""
    face = tuple(
        side.start() if _rises(slope, sign) else side.stop() if _rises(slope, -sign) else side
        for side, slope in zip(box, found.slopes, strict=True)
    )
    candidates = [found.value]
    try:
        there = _jet(term, face, names)
        centre = _jet(term, tuple(side.middle() for side in face), names).value
    except Undefined:
        return found.value
    mean = centre
    for side, slope in zip(face, there.slopes, strict=True):
        mean = mean + slope * (side + -side.middle())
    candidates += [there.value, mean]
    return max(candidates, key=lambda r: float(r.low)) if sign > 0 else min(candidates, key=lambda r: float(r.high))


def _rises(slope: Range, sign: int) -> bool:
    return bool(slope.low >= 0 if sign > 0 else slope.high <= 0)


def _jet(term: Any, box: _Box, names: dict[str, int], known: dict[str, Jet] | None = None) -> Jet:
    """A term on a box; what occurs in it more than once is computed once."""
    known = {} if known is None else known
    key = str(term)
    if key not in known:
        if isinstance(term, str):
            known[key] = (
                Jet.variable(box[names[term]], names[term], len(box)) if term in names else _constant(term, box)
            )
        else:
            head, *parts = term
            terms = parts[:1] if head == "pow" else parts
            exponent = Fraction(parts[1]) if head == "pow" else Fraction(1)
            known[key] = apply(head, [_jet(part, box, names, known) for part in terms], exponent)
    return known[key]


def _constant(text: str, box: _Box) -> Jet:
    return constant(text, len(box))


# reading


def _domain(cover: Cover, names: dict[str, int]) -> list[_Side]:
    """Where the parameters range, once conditions between one of them and a number are taken into account."""
    sides = [(_end(low), _end(high), bool(lo), bool(ho)) for _, low, high, lo, ho in cover["parameters"]]
    for head, *parts in cover["given"]:
        if head in (">", ">=") and all(isinstance(part, str) and part != "pi" for part in parts):
            above, below = parts
            if above in names and below not in names:
                k, bound = names[above], Fraction(below)
                low, high, low_open, high_open = sides[k]
                if bound >= low:
                    sides[k] = bound, high, head == ">" or (low_open and bound == low), high_open
            elif below in names and above not in names:
                k, bound = names[below], Fraction(above)
                low, high, low_open, high_open = sides[k]
                if bound <= high:
                    sides[k] = low, bound, low_open, head == ">" or (high_open and bound == high)
    return sides


def _box(sides: list[_Side], ends: _Ends) -> _Box:
    found = []
    for (low, high, low_open, high_open), (a, b) in zip(sides, ends, strict=True):
        a, b = max(a, low), min(b, high)
        found.append(Range.between(a, b, low_open and a == low, high_open and b == high))
    return tuple(found)


def _ends(pairs: Sequence[Sequence[str]]) -> _Ends:
    found = [(_end(low), _end(high)) for low, high in pairs]
    if any(low > high for low, high in found):
        raise ValueError("a side whose low end is above its high end")
    return found


def _end(text: str) -> Fraction | float:
    return INFINITE[text] if text in INFINITE else Fraction(text)
