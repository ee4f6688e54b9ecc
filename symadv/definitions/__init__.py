"""Open room: ``definitions/NAME.py`` exports ``NAME``, a ``Definition`` of adversarial example.

It is written once, as pairs of places: where the clean and where the perturbed point must lie.  The atoms are
``F(label)``, ``not_F(label)``, ``C(label)`` and ``EVERYWHERE``, at the sample's label ``Y`` or for each label ``ANY``
(and ``OTHER``).
"""

from typing import Any

from symadv import catalog
from symadv.adversary.definition import Definition
from symadv.language.errors import SymadvError


def definition(name: str, *, margin: Any = 0) -> Definition:
    """The definition of a name: a member of this room (``"label_invariant"``) or one's own (``"my.module:toy"``).

    ``margin``: by how much the posterior of a label must exceed each other one for it to be the Bayes label, exact.
    """
    result = catalog.load("definitions", name)
    if not isinstance(result, Definition):
        raise SymadvError(f"{name} is a {type(result).__name__}, wanted a Definition")
    return result if margin == 0 else result.thick(margin)
