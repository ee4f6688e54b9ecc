"""S15: for p >= 1/2, as in the article, (1-p) N(-eta; eta, 1) < p N(-eta; -eta, 1), strictly."""

import sympy as sp

import symadv as sa


def the_other_label_is_more_probable_for_a_reliable_feature() -> sa.Claim:
    """The claim, with its statement built from the distribution."""
    d = sa.distribution("tsipras")
    (p, eta) = d.parameters
    for_plus, for_minus = (1 - p) * sa.NormalDensity(-eta, eta, 1), p * sa.NormalDensity(-eta, -eta, 1)
    return sa.Claim(
        name="the_other_label_is_more_probable_for_a_reliable_feature",
        number="S15",
        source="stutz2019",
        place="Discussion",
        sentence=(
            "$p(y = 1 | x = \\tilde{x}) = p(y = 1 | x_1 = -1) \\cdot p(y = 1 | x_2 = - \\eta) = (1 - p) "
            "\\cdot \\mathcal{N}(x_2 = - \\eta; \\eta, 1) \\not> p \\cdot \\mathcal{N}(x_2 = - \\eta; -\\eta, "
            "1)$"
        ),
        says=(
            r"For $p \ge 1/2$, as in the article, $(1-p)\,\mathcal{N}(-\eta; \eta, 1)$ < "
            r"$p\,\mathcal{N}(-\eta; -\eta, 1)$, strictly."
        ),
        statement=sp.Lt(for_plus, for_minus, evaluate=False),
        given=(p >= sp.Rational(1, 2),),
    )
