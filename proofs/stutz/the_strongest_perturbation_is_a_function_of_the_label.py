"""S1: for an affine score the strongest perturbation is one vector for each label, whatever the sample."""

import sympy as sp

import symadv as sa


def the_strongest_perturbation_is_a_function_of_the_label() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    E = sa.parameter("E", positive=True)
    w = (sa.parameter("w1", real=True), sa.parameter("w2", real=True))
    delta = (sa.parameter("delta1", real=True), sa.parameter("delta2", real=True))

    def lowered(y: int) -> sp.Expr:
        """By how much the perturbation lowers the margin, wherever the sample lies."""
        return -y * sum(a * (x + c) - a * x for a, c, x in zip(w, delta, d.features, strict=True))

    strongest = {
        y: sp.And(*(sp.Eq(abs(a) * c, -E * y * a, evaluate=False) for a, c in zip(w, delta, strict=True)))
        for y in d.labels
    }
    most = E * sum(abs(a) for a in w)
    return sa.Claim(
        name="the_strongest_perturbation_is_a_function_of_the_label",
        number="S1",
        source="stutz2019",
        place="Background",
        sentence=(
            "Note that the computed perturbations $\\delta = \\tilde{x} - x$ exhibit (seemingly) random"
            " noise patterns without much structure."
        ),
        says=(
            "Corrected: at any sample, a perturbation of size at most E lowers an affine score of label y by at most "
            "$E \\|w\\|_1$, and by that much exactly when $\\delta_i = -E\\,y\\,\\mathrm{sign}(w_i)$ wherever "
            "$w_i \\ne 0$: a pattern that knows the label and the weights, and nothing of the sample."
        ),
        statement=sp.And(
            *(
                sp.And(
                    sp.Le(lowered(y), most, evaluate=False),
                    sp.Equivalent(sp.Eq(lowered(y), most, evaluate=False), strongest[y]),
                )
                for y in d.labels
            )
        ),
        given=tuple(abs(c) <= E for c in delta),
        where=(r"$w$ are the weights, $x$ is the sample and $\delta$ its perturbation"),
    )
