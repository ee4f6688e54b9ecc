"""S1: the perturbations that attacks compute look like noise, which differs from sample to sample."""

import sympy as sp

import symadv as sa


def perturbations_show_random_noise() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    E, y = sa.parameter("E", positive=True), d.labels[-1]
    w = (sa.parameter("w1", real=True), sa.parameter("w2", real=True))
    x, x_other, delta, delta_other = (
        tuple(sa.parameter(f"{name}{k}", real=True) for k in (1, 2)) for name in ("x", "z", "delta", "epsilon")
    )
    corners = [(s * E, t * E) for s in (-1, 1) for t in (-1, 1)]

    def margin(point: tuple[sp.Expr, ...], by: tuple[sp.Expr, ...]) -> sp.Expr:
        return y * sum(a * (b + c) for a, b, c in zip(w, point, by, strict=True))

    def strongest(by: tuple[sp.Expr, ...], point: tuple[sp.Expr, ...]) -> list[sp.Basic]:
        """In the ball, and no corner lowers the margin more: an affine function is least at a corner."""
        inside = [sp.Abs(c) <= E for c in by]
        return inside + [sp.Le(margin(point, by), margin(point, corner), evaluate=False) for corner in corners]

    return sa.Claim(
        name="perturbations_show_random_noise",
        number="S1",
        source="stutz2019",
        place="Background",
        sentence=(
            "Note that the computed perturbations $\\delta = \\tilde{x} - x$ exhibit (seemingly) random"
            " noise patterns without much structure."
        ),
        says=(
            "Read as: the perturbation in the closed $L_\\infty$ ball that lowers an affine score of the label most "
            "(both weights nonzero) differs between two samples of one label, as noise drawn anew for each sample does."
        ),
        statement=sp.Or(*(sp.Ne(a, b) for a, b in zip(delta, delta_other, strict=True))),
        given=(
            *(sp.Ne(a, 0) for a in w),
            *strongest(delta, x),
            *strongest(delta_other, x_other),
            sp.Or(*(sp.Ne(a, b) for a, b in zip(x, x_other, strict=True))),
        ),
        exactly_when=sp.false,
        expects="REFUTED",
        expects_exactness="PROVED",
        why="the strongest perturbation depends on the label and the signs of the weights alone: it is the next claim",
        where=(r"$w$ are the weights, $x$ and $z$ the two samples, $\delta$ and $\varepsilon$ their perturbations"),
    )
