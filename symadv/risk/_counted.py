"""The attacked network in torch, in float64, which counts how often it is asked."""

from typing import Any

import torch

from symadv.classifiers._network import Network


class Count:
    """Rows that went through a network, and rows whose gradient was taken; copies of the network share it."""

    def __init__(self) -> None:
        self.queries, self.gradients = 0, 0

    def __deepcopy__(self, memo: Any) -> "Count":
        return self

    def backward(self, gradient: torch.Tensor) -> None:
        """Take note of a gradient that is on its way back."""
        self.gradients += len(gradient)


class Counted(torch.nn.Module):
    """A network that behaves as the one inside, and counts."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.count = Count()
        self.inner = module(network)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The logits (n, K)."""
        logits: torch.Tensor = self.inner(x)
        self.count.queries += len(x)
        if logits.requires_grad:
            torch.Tensor.register_hook(logits, self.count.backward)  # type: ignore[no-untyped-call]
        return logits


def module(network: Network) -> torch.nn.Sequential:
    """The network as a torch module in float64."""
    layers: list[torch.nn.Module] = []
    for layer in network.layers:
        linear = torch.nn.Linear(*layer.weight.shape[::-1]).double()
        with torch.no_grad():
            linear.weight.copy_(torch.as_tensor(layer.weight))
            linear.bias.copy_(torch.as_tensor(layer.bias))
        layers += [linear, torch.nn.ReLU()] if layer.relu else [linear]
    return torch.nn.Sequential(*layers).eval()
