"""Exact risk of networks on planes: what there is in a plane, what is within reach, and how likely that is."""
