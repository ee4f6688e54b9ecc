"""Open room: ``definitions/NAME.py`` exports ``NAME``, a ``Definition`` of adversarial example.

It is written once, as pairs of places: where the clean and where the perturbed point must lie.  The atoms are
``F(label)``, ``not_F(label)``, ``C(label)`` and ``EVERYWHERE``, at the sample's label ``Y`` or for each label ``ANY``
(and ``OTHER``).
"""
