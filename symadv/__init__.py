"""symadv: exact ground truth for adversarial robustness on toy distributions; public names load on first use."""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "SymadvError": "symadv.language.errors",
    "parameter": "symadv.language.parameters",
    "Parameter": "symadv.language.parameters",
    "Phi": "symadv.language.functions",
    "Expit": "symadv.language.functions",
    "Region": "symadv.language.regions",
    "names": "symadv.catalog",
    "load": "symadv.catalog",
    "ThreatModel": "symadv.adversary.threat",
}

__all__ = ["__version__", *_HOME]

if TYPE_CHECKING:  # the same table once more, for type checkers and editors; a test holds the two together
    from symadv.adversary.threat import ThreatModel as ThreatModel
    from symadv.catalog import load as load
    from symadv.catalog import names as names
    from symadv.language.errors import SymadvError as SymadvError
    from symadv.language.functions import Expit as Expit
    from symadv.language.functions import Phi as Phi
    from symadv.language.parameters import Parameter as Parameter
    from symadv.language.parameters import parameter as parameter
    from symadv.language.regions import Region as Region


class _Package(ModuleType):
    """A submodule, once imported, does not hide the public name it shares (`check`, `oracle`, `risk`, …)."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(_HOME[name]), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
