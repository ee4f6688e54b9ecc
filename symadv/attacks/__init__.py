r"""Open room: ``attacks/NAME.py`` exports ``NAME(model, x, y, *, threat, allowed=None, rng, **options) -> x_adv``.

``model`` maps (n, d) to logits (n, K), ``x`` is numpy or torch (n, d) and ``y`` holds labels (n,); ``labels=`` names
the columns of the logits (default: the labels seen in ``y``).  ``allowed(x_adv) -> bool (n,)`` keeps row i inside a set
of its own, for example $\{c(\pi(\tilde x)) = y_i\}$; it is always called with all n rows in their order, in float64.
``rng`` is a numpy Generator.  An attack that takes ``project`` (points (m, d) to points of the support, as the oracle
has it) is given it, and needs it where the threat model stays on the support.  Every returned row lies in the threat
model's set exactly, not within a tolerance, and is ``x`` itself where nothing was found.
"""
