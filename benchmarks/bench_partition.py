"""The decision set of trained networks on a box: against ``regioncam``, and its cost for each polygon by width.

Run as ``python -m benchmarks.bench_partition``, with ``docs/cells.png`` to draw the curve.  ``pip install regioncam``
for the comparison, else it is left out: it cuts into all linear regions, in float32; the decision set is only as fine
as the label needs, and its signs are exact.
"""

import importlib.util
import sys
import time
from pathlib import Path
from typing import Any

import torch

import symadv as sa
from benchmarks.pairs import ratio
from symadv.classifiers._network import Network, read_network
from symadv.geometry.charts import Chart
from symadv.language.numbers import exact
from symadv.risk._net_cells import DecisionCells

HALF, WIDTHS = 10, (16, 32, 64, 128, 256)
LIMIT = 20
_ENDS = exact(-HALF), exact(HALF)


def trained(width: int) -> tuple[torch.nn.Sequential, Network]:
    """A network with two hidden layers, as torch has it and as it is read."""
    d = sa.distribution("tsipras").at(p="9/10", eta=3)
    net = sa.train(d, hidden=(width, width), steps=200, seed=0)
    return net, read_network(net, d)


def decided(network: Network) -> DecisionCells:
    """Its decision set on the box."""
    return DecisionCells(network, [Chart(("p", "q"), _ENDS, _ENDS)])


def against_regioncam() -> float | None:
    """The decision set of a 2-64-64-2 network / all its linear regions; None where regioncam is not installed."""
    if not importlib.util.find_spec("regioncam"):
        return None
    import regioncam

    net, network = trained(64)

    def theirs() -> object:
        plane = regioncam.Regioncam(size=HALF)
        for layer in net:
            if isinstance(layer, torch.nn.Linear):
                plane.linear(layer.weight.detach().numpy().T.copy(), layer.bias.detach().numpy())
            else:
                plane.relu()
        return plane

    return ratio(lambda: decided(network), theirs)


def by_width() -> dict[int, tuple[int, float]]:
    """For each width of two hidden layers the number of polygons, and microseconds for each."""
    found = {}
    for width in WIDTHS:
        _, network = trained(width)
        times = []
        for _ in range(3 if width < WIDTHS[-1] else 1):
            start = time.process_time()
            cells = len(decided(network).cells)
            times.append(time.process_time() - start)
        found[width] = cells, min(times) / cells * 1e6
    return found


def curve(found: dict[int, tuple[int, float]]) -> Any:
    """The number of polygons and the cost of each over the width."""
    from symadv.plot.palette import COLOURS
    from symadv.plot.picture import captioned, drawing

    widths = list(found)
    with drawing(2, size=(6.4, 2.9)) as (figure, (left, right)):
        left.plot(widths, [cells for cells, _ in found.values()], marker="o", color=COLOURS[0])
        right.plot(widths, [micros for _, micros in found.values()], marker="o", color=COLOURS[1])
        left.set(yscale="log", ylabel="polygons")
        right.set(ylim=(0, None), ylabel="µs of processor time each")
        for axes in (left, right):
            axes.set(xscale="log", xlabel="width of two hidden layers")
            axes.set_xticks(widths, widths, minor=False)
            axes.set_xticks([], minor=True)
    return captioned(figure, f"Decision sets of trained networks on the box [-{HALF}, {HALF}] x [-{HALF}, {HALF}].")


if __name__ == "__main__":
    torch.set_num_threads(1)
    measured = by_width()
    for width, (cells, micros) in measured.items():
        print(f"2-{width}-{width}-2: {cells} polygons, {micros:.0f} microseconds each")
    for path in (word for word in sys.argv[1:] if Path(word).suffix):
        from symadv.plot import save

        save(curve(measured), path)
    share = against_regioncam()
    print("regioncam is not installed" if share is None else f"2-64-64-2: decision set / regioncam {share:.2f}")
    raise SystemExit(share is not None and share > LIMIT)
