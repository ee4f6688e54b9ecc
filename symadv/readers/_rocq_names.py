"""Names of parameters in Rocq: none of its keywords, none of the words of the statements, one for each symbol."""

from collections.abc import Iterable, Mapping

import sympy

from symadv.language.errors import SymadvError

Names = Mapping[sympy.Symbol, str]

_KEYWORDS = (
    "as at cofix else end exists exists2 fix for forall fun if in let match mod return Set Prop SProp then Type using "
    "where with by IF Axiom Definition Theorem Proof Qed"
)
_WORDS = (
    "R R0 R1 INR IZR exp ln sqrt PI Rpower Rabs Rmax Rmin Phi expit normal laplace RInt RInt_gen ex_RInt ex_RInt_gen "
    "at_point Rbar_locally p_infty m_infty True False not and or iff O S tt nat Z"
)
_TAKEN = frozenset(f"{_KEYWORDS} {_WORDS}".split())


def named(symbols: Iterable[sympy.Symbol], names: Names) -> dict[sympy.Symbol, str]:
    """The names together with a fresh one for each of some symbols; one that is bound anew shadows itself."""
    result = dict(names)
    for symbol in symbols:
        taken = _TAKEN | {name for other, name in result.items() if other != symbol}
        name = symbol.name
        if not (name.isascii() and name.isidentifier()):
            raise SymadvError(f"got the parameter name {name!r}, wanted letters, digits and '_' for Rocq")
        while name in taken:
            name += "_"
        result[symbol] = name
    return result
