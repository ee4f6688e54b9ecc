"""A torch network of Linear and ReLU layers: the label of the largest logit."""

from typing import Any

from symadv.classifiers._network import Network, read_network
from symadv.probability.distribution import Distribution


def relu(d: Distribution, *, network: Any, tie: int | None = None) -> Network:
    r"""$f(x) = y_k$, $k = \arg\max_j g_j(x)$ for the logits g of ``network``; ``tie`` (default: the last label) else.

    ``network``: a ``torch.nn.Sequential`` of Linear, ReLU and Flatten layers, read as the real function of its stored
    weights, with logits (n, K), column k for ``d.labels[k]``.
    """
    return read_network(network, d, tie=tie)
