"""Networks in files: safetensors with the architecture beside the weights, or state dicts; no pickled code."""

import io
import itertools
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from symadv.language.errors import SymadvError

if TYPE_CHECKING:
    from torch import Tensor, nn

SAFETENSORS, STATE_DICTS = (".safetensors",), (".pt", ".pth")
_KEY = "layers"  # of the metadata in a safetensors file
_NUMBERED = re.compile(r"\d+|\D+")
_MOST_BYTES = 2**30
_WANTED = f"wanted a file that ends in {', '.join((*SAFETENSORS, *STATE_DICTS))}"


def save_network(network: "nn.Module", path: str | os.PathLike[str]) -> None:
    """Write the weights of a ``torch.nn.Sequential`` of Linear and ReLU layers to a file.

    ``.safetensors``: with the layers as metadata; ``.pt`` or ``.pth``: the plain state dict, as torch writes it.
    """
    torch = _torch()
    target = _known(path)
    layers = _layers(network)
    weights = {name: tensor.detach().cpu().clone() for name, tensor in network.state_dict().items()}
    if target.suffix in SAFETENSORS:
        content = _safetensors().torch.save(weights, metadata={_KEY: json.dumps(layers)})
    else:
        buffer = io.BytesIO()
        torch.save(weights, buffer)
        content = buffer.getvalue()
    try:
        target.write_bytes(content)
    except OSError as error:
        raise SymadvError(f"cannot write {target}: {error.strerror or error}") from error


def load_network(path: str | os.PathLike[str]) -> "nn.Sequential":
    """The network of a file: Linear layers as wide as the weights say, with ReLU between them, in evaluation mode.

    Without metadata, a ReLU is taken to stand between any two Linear layers; the names of the weights must say their
    order (``0.weight, 0.bias, 2.weight, …`` as in a Sequential, or ``fc1.weight, fc2.weight, …``).  Refused: files with
    pickled objects, which would run code when they are read; weights of other layers; a file larger than 1 GiB.
    """
    _torch()
    source = _known(path)
    if not source.is_file():
        raise SymadvError(f"there is no file {source}")
    if source.stat().st_size > _MOST_BYTES:
        raise SymadvError(f"{source} has {source.stat().st_size} bytes, wanted at most {_MOST_BYTES}")
    weights, layers = _read_safetensors(source) if source.suffix in SAFETENSORS else (_read_state(source), None)
    return from_weights(weights, layers=layers, name=str(source))


def from_weights(
    weights: "Mapping[str, Tensor]", *, layers: list[str] | None = None, name: str = "the state dict"
) -> "nn.Sequential":
    """The network of a state dict; ``layers`` names each layer in its order, ``Linear`` or ``ReLU``."""
    torch = _torch()
    linear = _linear(weights, name, told=layers is not None)
    if layers is None:
        layers = ["Linear", *["ReLU", "Linear"] * (len(linear) - 1)]
    if layers.count("Linear") != len(linear) or set(layers) - {"Linear", "ReLU"}:
        raise SymadvError(
            f"{name}: its metadata speak of the layers {layers}, its weights of {len(linear)} Linear ones"
        )
    waiting, built = iter(linear), []
    for kind in layers:
        if kind == "ReLU":
            built.append(torch.nn.ReLU())
            continue
        weight, bias = next(waiting)
        layer = torch.nn.Linear(*weight.shape[::-1], bias=bias is not None, dtype=weight.dtype)
        with torch.no_grad():
            layer.weight.copy_(weight)
            if bias is not None:
                layer.bias.copy_(bias)
        built.append(layer)
    net: nn.Sequential = torch.nn.Sequential(*built).eval()
    return net


def _linear(weights: "Mapping[str, Tensor]", name: str, *, told: bool) -> "list[tuple[Tensor, Tensor | None]]":
    """The weights and biases of the Linear layers in their order."""
    layers: dict[str, dict[str, Tensor]] = {}
    for key, tensor in weights.items():
        layer, _, part = key.rpartition(".")
        dimensions = {"weight": 2, "bias": 1}.get(part)
        if tensor.ndim != dimensions or not tensor.dtype.is_floating_point:
            got = f"{key!r} of the shape {tuple(tensor.shape)} and type {tensor.dtype}"
            raise SymadvError(
                f"{name}: got {got}, wanted floats: the weight (m, n) and bias (m,) of Linear layers only"
            )
        layers.setdefault(layer, {})[part] = tensor
    ordered = sorted(layers, key=_numerically)
    for layer in ordered:
        _check_sizes(layers[layer], layer, name)
    for a, b in itertools.pairwise(ordered):
        if not told and a.isdigit() and b.isdigit() and int(b) == int(a) + 1:
            raise SymadvError(
                f"{name}: the layers {a!r} and {b!r} follow each other directly, so that no ReLU seems to stand "
                "between them; save the network by symadv.save_network as .safetensors, which says what it is made of"
            )
        inner, outer = len(layers[a]["weight"]), layers[b]["weight"].shape[1]
        if inner != outer:
            raise SymadvError(f"{name}: the layer {a!r} has {inner} outputs and the next one, {b!r}, {outer} inputs")
    if not ordered:
        raise SymadvError(f"{name} holds no weights, wanted those of Linear layers")
    return [(layers[layer]["weight"], layers[layer].get("bias")) for layer in ordered]


def _check_sizes(layer: "dict[str, Tensor]", key: str, name: str) -> None:
    if "weight" not in layer:
        raise SymadvError(f"{name}: the layer {key!r} has a bias and no weight")
    if "bias" in layer and len(layer["bias"]) != len(layer["weight"]):
        got = f"{tuple(layer['weight'].shape)} and {tuple(layer['bias'].shape)}"
        raise SymadvError(f"{name}: the weight and the bias of the layer {key!r} do not fit: {got}")


def _numerically(layer: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in _NUMBERED.findall(layer)]


def _layers(network: "nn.Module") -> list[str]:
    """The names of the layers in their order; others than Linear and ReLU are refused."""
    torch = _torch()
    if not isinstance(network, torch.nn.Sequential):
        raise SymadvError(f"got a {type(network).__name__}, wanted a torch.nn.Sequential of Linear and ReLU layers")
    kinds = [type(layer).__name__ for layer in network]
    if strangers := set(kinds) - {"Linear", "ReLU"}:
        raise SymadvError(f"got the layer {min(strangers)}, wanted a Sequential of Linear and ReLU layers")
    return kinds


def _read_safetensors(source: Path) -> "tuple[dict[str, Tensor], list[str] | None]":
    library = _safetensors()
    try:
        with library.safe_open(source, framework="pt") as opened:
            weights = {key: opened.get_tensor(key) for key in list(opened.keys())}
            told = (opened.metadata() or {}).get(_KEY)
    except (library.SafetensorError, OSError) as error:
        raise SymadvError(f"{source} is no safetensors file: {error}") from error
    return weights, None if told is None else _told(told, source)


def _told(text: str, source: Path) -> list[str]:
    try:
        layers = json.loads(text)
    except ValueError:
        layers = None
    if not isinstance(layers, list) or not all(isinstance(layer, str) for layer in layers):
        raise SymadvError(f"{source}: its metadata {_KEY!r} must be a JSON list of names of layers, got {text[:80]!r}")
    return layers


def _read_state(source: Path) -> "dict[str, Tensor]":
    torch = _torch()
    try:
        found = torch.load(source, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises many kinds, depending on what the bytes are
        raise SymadvError(
            f"{source} cannot be read as a state dict ({type(error).__name__}). A pickled module is refused, since "
            "reading it would run the code in it: save net.state_dict(), or use symadv.save_network(net, path)"
        ) from error
    if not isinstance(found, Mapping) or not all(isinstance(v, torch.Tensor) for v in found.values()):
        raise SymadvError(f"{source} holds a {type(found).__name__}, wanted a state dict: tensors by name")
    return dict(found)


def _known(path: str | os.PathLike[str]) -> Path:
    known = Path(path)
    if known.suffix not in (*SAFETENSORS, *STATE_DICTS):
        raise SymadvError(f"got {known.name!r}, {_WANTED}")
    return known


def _torch() -> Any:
    try:
        import torch
    except ImportError as missing:
        raise SymadvError("networks in files need torch: pip install 'symadv[torch]'") from missing
    return torch


def _safetensors() -> Any:
    try:
        import safetensors
        import safetensors.torch
    except ImportError as missing:
        raise SymadvError("safetensors files need safetensors: pip install 'symadv[torch]'") from missing
    return safetensors
