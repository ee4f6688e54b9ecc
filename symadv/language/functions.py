"""Special functions that stay what they are: the normal cdf, the logistic function, and named densities."""

from typing import Any

import mpmath
import sympy
from sympy.core.function import ArgumentIndexError


class Phi(sympy.Function):
    r"""The standard normal cdf $\Phi(z) = \int_{-\infty}^z \varphi(t)\,dt$, kept as it is so that its tails survive."""

    nargs = 1
    is_real = True
    is_nonnegative = True

    @classmethod
    def eval(cls, z: sympy.Expr) -> sympy.Expr | None:
        if z is sympy.oo:
            return sympy.S.One
        if z is -sympy.oo:
            return sympy.S.Zero
        if z.is_zero:
            return sympy.S.Half
        return None

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_finite else None

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        if argindex != 1:
            raise ArgumentIndexError(self, argindex)
        return sympy.exp(-(self.args[0] ** 2) / 2) / sympy.sqrt(2 * sympy.pi)

    def _eval_evalf(self, prec: int) -> sympy.Expr | None:
        z = self.args[0]._eval_evalf(prec + 10)
        if z is None or (not z.is_Float and not z.is_Integer):
            z = self.args[0].evalf(sympy.core.evalf.prec_to_dps(prec + 10))
        if not z.is_number or not z.is_real:
            return None
        with mpmath.workprec(prec + 10):
            return sympy.Float._new(mpmath.ncdf(z._to_mpmath(prec + 10))._mpf_, prec)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = f"^{{{exp}}}" if exp else ""
        return rf"\Phi{power}\!\left({printer.doprint(self.args[0])}\right)"


class Expit(sympy.Function):
    r"""The logistic function $\sigma(\ell) = 1/(1+e^{-\ell})$, from log-odds to a probability."""

    nargs = 1
    is_real = True
    is_nonnegative = True

    @classmethod
    def eval(cls, log_odds: sympy.Expr) -> sympy.Expr | None:
        if log_odds is sympy.oo:
            return sympy.S.One
        if log_odds is -sympy.oo:
            return sympy.S.Zero
        if log_odds.is_zero:
            return sympy.S.Half
        return None

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_finite else None

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        if argindex != 1:
            raise ArgumentIndexError(self, argindex)
        return self * (1 - self)

    def doit(self, **hints: Any) -> sympy.Expr:
        """The elementary form $1/(1+e^{-\\ell})$."""
        return 1 / (1 + sympy.exp(-self.args[0]))

    def _eval_evalf(self, prec: int) -> sympy.Expr | None:
        value = self.doit()._eval_evalf(prec)
        return value

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = f"^{{{exp}}}" if exp else ""
        return rf"\sigma{power}\!\left({printer.doprint(self.args[0])}\right)"


class NamedDensity(sympy.Function):
    """A density of x, its first argument, that is printed by name and unfolded by ``doit``; x lies on its support."""

    is_real = True
    is_positive = True
    head = ""  # what printers call it

    def logarithm(self) -> sympy.Expr:
        """The logarithm of the density as a sum."""
        raise NotImplementedError

    @property
    def shown(self) -> tuple[sympy.Expr, ...]:
        """The arguments after x as they are printed."""
        return tuple(self.args[1:])

    def _latex(self, printer: Any) -> str:
        x, *rest = (printer.doprint(a) for a in (self.args[0], *self.shown))
        head = r"\mathcal{N}" if self.head == "normal" else rf"\operatorname{{{self.head.capitalize()}}}"
        return rf"{head}\!\left({x};\, {', '.join(rest)}\right)"


class NormalDensity(NamedDensity):
    r"""$\mathcal N(x; \mu, \sigma) = \exp(-(x-\mu)^2/(2\sigma^2)) / (\sigma\sqrt{2\pi})$, by name."""

    nargs = 3
    head = "normal"

    def doit(self, **hints: Any) -> sympy.Expr:
        """The density written out."""
        x, mean, std = self.args
        return sympy.exp(-((x - mean) ** 2) / (2 * std**2)) / (std * sympy.sqrt(2 * sympy.pi))

    def logarithm(self) -> sympy.Expr:
        """The logarithm of the density as a sum."""
        x, mean, std = self.args
        return -((x - mean) ** 2) / (2 * std**2) - sympy.log(std) - sympy.log(2 * sympy.pi) / 2

    @property
    def shown(self) -> tuple[sympy.Expr, ...]:
        """Mean and variance."""
        return self.args[1], self.args[2] ** 2


class LaplaceDensity(NamedDensity):
    r"""$\mathrm{Laplace}(x; \mu, b) = \exp(-|x-\mu|/b) / (2b)$, printed by name, unfolded by ``doit``."""

    nargs = 3
    head = "laplace"

    def doit(self, **hints: Any) -> sympy.Expr:
        """The density written out."""
        x, mean, scale = self.args
        return sympy.exp(-sympy.Abs(x - mean) / scale) / (2 * scale)

    def logarithm(self) -> sympy.Expr:
        """The logarithm of the density as a sum."""
        x, mean, scale = self.args
        return -sympy.Abs(x - mean) / scale - sympy.log(2 * scale)


class UniformDensity(NamedDensity):
    r"""$\mathrm{Uniform}(x; a, b) = 1/(b-a)$ for $a \le x \le b$, where alone it is used."""

    nargs = 3
    head = "uniform"

    def doit(self, **hints: Any) -> sympy.Expr:
        """The density written out."""
        _, lower, upper = self.args
        return 1 / (upper - lower)

    def logarithm(self) -> sympy.Expr:
        """The logarithm of the density."""
        _, lower, upper = self.args
        return -sympy.log(upper - lower)


class ExponentialDensity(NamedDensity):
    r"""$\mathrm{Exponential}(t; \lambda) = \lambda e^{-\lambda t}$ for $t \ge 0$, where alone it is used."""

    nargs = 2
    head = "exponential"

    def doit(self, **hints: Any) -> sympy.Expr:
        """The density written out."""
        t, rate = self.args
        return rate * sympy.exp(-rate * t)

    def logarithm(self) -> sympy.Expr:
        """The logarithm of the density as a sum."""
        t, rate = self.args
        return sympy.log(rate) - rate * t


def unfold(expression: sympy.Basic) -> sympy.Basic:
    """An expression with its named densities and logistic functions written out."""
    heads = (NamedDensity, Expit)
    return expression.replace(lambda e: isinstance(e, heads), lambda e: e.doit())
