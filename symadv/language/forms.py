"""Polynomial expansion that leaves what stands inside functions as it is."""

import sympy

_KEPT = (sympy.Function, sympy.exp, sympy.Abs, sympy.Max, sympy.Min)


def expand_outside(form: sympy.Expr) -> sympy.Expr:
    """Products and integer powers multiplied out, the arguments of functions (log, exp, Abs, Phi …) untouched."""
    kept = {f: sympy.Dummy(real=True) for f in sorted(form.atoms(*_KEPT), key=sympy.default_sort_key)}
    if not kept:
        return sympy.expand(form)
    return sympy.expand(form.xreplace(kept)).xreplace({dummy: f for f, dummy in kept.items()})
