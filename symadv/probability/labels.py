"""The label of the projection: C_c, the points whose nearest support point has Bayes label c."""

from symadv.probability.bayes import bayes_on, label_regions, no_label, unlabelled

__all__ = ["bayes_on", "label_regions", "no_label", "unlabelled"]
