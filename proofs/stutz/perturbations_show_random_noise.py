"""S1: the perturbations that attacks compute on images look like noise."""

import symadv as sa


def perturbations_show_random_noise() -> sa.Claim:
    """The claim, with its statement built from the distribution."""

    return sa.Claim(
        name="perturbations_show_random_noise",
        number="S1",
        source="stutz2019",
        place="Background",
        sentence=(
            "Note that the computed perturbations $\\delta = \\tilde{x} - x$ exhibit (seemingly) random"
            " noise patterns without much structure."
        ),
        says="The perturbations that attacks compute on images look like noise.",
        statement=None,
        expects="UNDECIDED",
        why="a statement about image data and an attack's output, not about a distribution that is written down here",
    )
