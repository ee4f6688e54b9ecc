"""S15: (1-p) N(-eta; eta, 1) is not greater than p N(-eta; -eta, 1)."""

import sympy as sp

import symadv as sa


def the_other_label_is_at_least_as_probable() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (p, eta) = d.parameters
    for_plus, for_minus = (1 - p) * sa.NormalDensity(-eta, eta, 1), p * sa.NormalDensity(-eta, -eta, 1)
    t = sp.exp(-2 * eta**2)
    return sa.Claim(
        name="the_other_label_is_at_least_as_probable",
        number="S15",
        source="stutz2019",
        place="Discussion",
        sentence=(
            "$p(y = 1 | x = \\tilde{x}) = p(y = 1 | x_1 = -1) \\cdot p(y = 1 | x_2 = - \\eta) = (1 - p) "
            "\\cdot \\mathcal{N}(x_2 = - \\eta; \\eta, 1) \\not> p \\cdot \\mathcal{N}(x_2 = - \\eta; -\\eta, "
            "1)$"
        ),
        says=r"$(1-p)\,\mathcal{N}(-\eta; \eta, 1)$ is not greater than $p\,\mathcal{N}(-\eta; -\eta, 1)$.",
        statement=sp.Le(for_plus, for_minus, evaluate=False),
        exactly_when=p >= t / (1 + t),
        expects="REFUTED",
        expects_exactness="PROVED",
        why=r"true for every $p \ge 1/2$, and for smaller p when $\eta$ is large enough",
    )
