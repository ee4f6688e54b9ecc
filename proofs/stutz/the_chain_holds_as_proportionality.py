"""S15: the chain holds as proportionality."""

import sympy as sp

import symadv as sa


def the_chain_holds_as_proportionality() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (p, eta), (x1, x2) = d.parameters, d.features
    posterior = sa.posterior(d)
    minus, plus = (value.subs({x1: -1, x2: -eta}) for value in posterior.result)
    for_plus, for_minus = (1 - p) * sa.NormalDensity(-eta, eta, 1), p * sa.NormalDensity(-eta, -eta, 1)
    return sa.Claim(
        name="the_chain_holds_as_proportionality",
        number="S15",
        source="stutz2019",
        place="Discussion",
        sentence=(
            "$p(y = 1 | x = \\tilde{x}) = p(y = 1 | x_1 = -1) \\cdot p(y = 1 | x_2 = - \\eta) = (1 - p) "
            "\\cdot \\mathcal{N}(x_2 = - \\eta; \\eta, 1) \\not> p \\cdot \\mathcal{N}(x_2 = - \\eta; -\\eta, "
            "1)$"
        ),
        says=(
            r"Corrected: the posteriors at $(-1, -\eta)$ are proportional to $(1-p)\,\mathcal{N}(-\eta; \eta,"
            r" 1)$ and $p\,\mathcal{N}(-\eta; -\eta, 1)$, with one factor for both labels."
        ),
        statement=sp.Eq(plus * for_minus, minus * for_plus, evaluate=False),
        because={"The posterior, the flip-and-Gaussian distribution": posterior},
    )
