"""An oracle as a torch network, for libraries that attack networks."""

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from symadv.oracle import Oracle


class BayesNetwork(torch.nn.Module):
    r"""$x \mapsto (\log p(y \mid \pi(x)))_y$, logits ``(n, K)`` for points ``(n, d)`` anywhere in space; no parameters.

    Of several nearest points the one of the first-listed stratum counts.  A label without mass has the logit $-\infty$.
    """

    def __init__(self, oracle: "Oracle") -> None:
        super().__init__()
        self.oracle = oracle

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        r"""The logits, differentiable in x; where $\pi$ does not move with x, neither do they."""
        logits: torch.Tensor = self.oracle.log_posterior(self.oracle.project(x))
        return logits
