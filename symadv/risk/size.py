"""How large a decision set will be, before any of it is computed: a network beyond all memory is refused at once."""

from collections.abc import Iterable

from symadv.classifiers._network import Network
from symadv.geometry.charts import Chart
from symadv.language.errors import SymadvError

_BYTES = 2**30  # what the polygons may take
_DOUBT = 2  # the estimate is right up to such a factor; within it, counting decides


def refuse_too_large(network: Network, charts: Iterable[Chart]) -> None:
    """Refuse a network whose decision set on some charts is estimated to need more than 2 GiB."""
    cells, each = estimate(network, charts)
    if cells * each > _DOUBT * _BYTES:
        widths = "-".join(str(n) for n in (network.inputs, *(len(layer.weight) for layer in network.layers)))
        raise SymadvError(
            f"network: {widths} is too large for an exact decision set: about {cells:.1g} polygons of {each} bytes, "
            f"wanted at most {_DOUBT * _BYTES} bytes in all; use a smaller network, or an adversary that moves in one "
            "feature only (a budget of 0 for the others, or on_support)"
        )


def estimate(network: Network, charts: Iterable[Chart]) -> tuple[int, int]:
    """The number of polygons, and bytes for each.

    In the plane about as many as the square of the number of neurons, the last hidden layer left out since most signs
    of the logits are decided there; on a line about a quarter of the number.  Measured on networks with one to four
    hidden layers, trained and not: right within a factor of 4, but for one hidden layer, where it may be too large.
    """
    widths = [len(layer.weight) for layer in network.layers[:-1]] or [0]
    neurons = sum(widths)
    dimensions = [chart.dim for chart in charts]
    on_lines = dimensions.count(1) * (neurons // 4)
    in_planes = (neurons - widths[-1]) ** 2 + 2 * neurons if 2 in dimensions else 0
    return in_planes + on_lines + len(dimensions), 48 * max(widths) + 2 * neurons + 500
