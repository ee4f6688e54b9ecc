"""Expressions as functions of their parameters by name, for numbers and arrays."""

import sympy

from symadv import catalog
from symadv.language.parameters import Parameter
from symadv.readers._numeric import Numeric


def numeric(expression: sympy.Expr, parameters: tuple[Parameter, ...]) -> Numeric:
    """A function of the parameters, by keyword: floats or arrays that broadcast; refused outside their domains."""
    return Numeric(expression, parameters, catalog.load("readers", "array"))
