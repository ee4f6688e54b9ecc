"""``symadv sample``: points and labels of a distribution as CSV, NPZ or JSON."""

import io
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from symadv.cli.arguments import At, Json, Name, distribution_of
from symadv.cli.console import deliver, write_json
from symadv.language.errors import SymadvError

if TYPE_CHECKING:
    from symadv.probability.distribution import Distribution

FORMATS = (".csv", ".npz")


def sample(
    name: Name,
    at: At = None,
    n: Annotated[int, typer.Option("-n", min=0, help="How many points.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same points.")] = 0,
    out: Annotated[Path | None, typer.Option(help="A file .csv or .npz; without it, CSV on stdout.")] = None,
    json: Json = False,
) -> int:
    """Draw points and labels from a distribution whose parameters are numbers."""
    import numpy as np

    if out is not None and out.suffix not in FORMATS:
        raise SymadvError(f"--out: got {out.name!r}, wanted a file that ends in {' or '.join(FORMATS)}")
    d = distribution_of(name, at)
    x, y = d.sample(n, rng=np.random.default_rng(seed))
    if json:
        write_json({"features": [str(f) for f in d.features], "x": x.tolist(), "y": y.tolist()})
    elif out is not None and out.suffix == ".npz":
        buffer = io.BytesIO()
        np.savez(buffer, x=x, y=y)
        deliver(buffer.getvalue(), out)
    else:
        deliver(_csv(d, x, y), out)
    return 0


def _csv(d: "Distribution", x: Any, y: Any) -> str:
    """A column per feature and one for the label; floats so that they read back as they are."""
    head = ",".join([*map(str, d.features), "y"])
    rows = (",".join([*map(repr, point), str(label)]) for point, label in zip(x.tolist(), y.tolist(), strict=True))
    return "\n".join([head, *rows]) + "\n"
