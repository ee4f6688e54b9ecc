"""What a classifier says at points: a function, an object with ``predict``, a torch network, or a name."""

import sys
from typing import Any

import numpy as np

from symadv import catalog
from symadv.language.errors import SymadvError
from symadv.oracle.inputs import Array, as_numpy, check_labels, is_tensor
from symadv.probability.distribution import Distribution

Labels = np.ndarray[Any, np.dtype[np.int64]]


def predictions(f: Any, x: Array, d: Distribution) -> Labels:
    """The labels ``(n,)`` that f gives to points ``(n, d)``; refused where they are none of the distribution's."""
    if isinstance(f, str):
        f = catalog.load("classifiers", f)(d)
    if _is_network(f):
        return _by_logits(f, x, d)
    if hasattr(f, "predict"):
        return check_labels("f(x)", f.predict(as_numpy(x)), len(x), d.labels)
    if not callable(f):
        raise SymadvError(
            f"f: got a {type(f).__name__}, wanted a function x -> labels, a classifier or a torch network"
        )
    return check_labels("f(x)", f(x), len(x), d.labels)


def _is_network(f: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(f, torch.nn.Module)


def _by_logits(network: Any, x: Array, d: Distribution) -> Labels:
    """The label of the largest logit, in the network's own dtype and device; of equal ones, the last."""
    import torch

    points = x if is_tensor(x) else torch.as_tensor(x)
    weights = next((p for p in network.parameters() if p.is_floating_point()), points)
    with torch.no_grad():
        logits = as_numpy(network(points.to(dtype=weights.dtype, device=weights.device)))
    if logits.shape != (len(x), len(d.labels)):
        wanted = f"({len(x)}, {len(d.labels)}), one column per label"
        raise SymadvError(f"f: got logits of shape {logits.shape}, wanted {wanted}")
    if np.isnan(logits).any():
        raise SymadvError(
            f"f: got a NaN logit in row {int(np.flatnonzero(np.isnan(logits).any(1))[0])}, wanted numbers"
        )
    last = logits.shape[1] - 1 - logits[:, ::-1].argmax(1)
    found: Labels = np.array(d.labels, dtype=np.int64)[last]
    return found
