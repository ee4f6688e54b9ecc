"""How likely: densities, distributions, their posterior, and the sampling tests that check a probability."""
