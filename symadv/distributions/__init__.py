"""Open room: one distribution a file; each exports a function of its own name that returns a Distribution."""

from typing import Any

from symadv import catalog
from symadv.language.errors import SymadvError
from symadv.probability.distribution import Distribution


def distribution(name: str, **options: Any) -> Distribution:
    """The distribution of a name: a member of this room (``"tsipras"``) or one's own (``"my.module:toy"``).

    Its parameters stay symbols; ``.at(p="9/10")`` gives them values.
    """
    made = catalog.load("distributions", name)
    result = made if isinstance(made, Distribution) else made(**options)
    if not isinstance(result, Distribution):
        raise SymadvError(f"{name} gave {type(result).__name__}, wanted a Distribution")
    return result
