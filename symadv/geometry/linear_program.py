r"""Linear programs solved in rationals, with a proof of optimality that is checked on its own.

The least $\langle c, z\rangle$ with $G z \le h$ is the largest $-\langle h, \lambda\rangle$ with $G^\top\lambda = -c$,
$\lambda \ge 0$.  A feasible z and a feasible $\lambda$ of one value prove each other optimal.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import flint

from symadv.language.errors import SymadvError

Number = flint.fmpq
Vector = tuple[flint.fmpq, ...]

MOST_STEPS = 20_000


@dataclass(frozen=True)
class Program:
    """The rows of G with the entries of h, and c; all entries rational."""

    rows: tuple[Vector, ...]
    bounds: Vector
    cost: Vector


@dataclass(frozen=True)
class Optimum:
    """A point, its value, and the multipliers that prove it optimal, by the number of the row; the others are 0."""

    point: Vector
    value: flint.fmpq
    multipliers: dict[int, flint.fmpq]

    def proves(self, program: Program) -> bool:
        """Whether point and multipliers are feasible and of one value."""
        feasible = all(dot(row, self.point) <= h for row, h in zip(program.rows, program.bounds, strict=True))
        positive = all(m >= 0 for m in self.multipliers.values())
        total = [sum((m * program.rows[k][j] for k, m in self.multipliers.items()), Number(0)) for j in self._places]
        dual = -sum((m * program.bounds[k] for k, m in self.multipliers.items()), Number(0))
        balanced = all(t == -c for t, c in zip(total, program.cost, strict=True))
        return feasible and positive and balanced and dot(program.cost, self.point) == dual == self.value

    @property
    def _places(self) -> range:
        return range(len(self.point))


def solve(program: Program, basis: Sequence[int]) -> Optimum:
    """The optimum, by the simplex method on the dual with the least index first, which does not cycle.

    ``basis``: the numbers of independent rows, as many as there are variables, whose multipliers are not negative.
    """
    chosen, size = list(basis), len(program.cost)
    for _ in range(MOST_STEPS):
        matrix = flint.fmpq_mat([list(program.rows[k]) for k in chosen])
        point = _column(matrix.solve(flint.fmpq_mat(size, 1, [program.bounds[k] for k in chosen])))
        multipliers = _column(matrix.transpose().solve(flint.fmpq_mat(size, 1, [-c for c in program.cost])))
        entering = _violated(program, point)
        if entering is None:
            return _proved(program, point, dict(zip(chosen, multipliers, strict=True)))
        row = flint.fmpq_mat(size, 1, list(program.rows[entering]))
        change = _column(matrix.transpose().solve(row))
        ratios = [(multipliers[i] / t, chosen[i], i) for i, t in enumerate(change) if t > 0]
        if not ratios:
            raise SymadvError("the linear program has no feasible point")
        chosen[min(ratios)[2]] = entering
    raise SymadvError(f"the linear program takes more than {MOST_STEPS} steps")


def dot(a: Sequence[flint.fmpq], b: Sequence[flint.fmpq]) -> flint.fmpq:
    """The sum of products."""
    return sum((u * v for u, v in zip(a, b, strict=True) if u != 0 and v != 0), Number(0))


def _violated(program: Program, point: Vector) -> int | None:
    for k, (row, h) in enumerate(zip(program.rows, program.bounds, strict=True)):
        if dot(row, point) > h:
            return k
    return None


def _proved(program: Program, point: Vector, multipliers: dict[int, flint.fmpq]) -> Optimum:
    found = Optimum(point, dot(program.cost, point), {k: m for k, m in multipliers.items() if m != 0})
    if not found.proves(program):
        raise SymadvError("a linear program was solved, but its optimum is not proved: please report this")
    return found


def _column(matrix: flint.fmpq_mat) -> Vector:
    return tuple(matrix.entries())
