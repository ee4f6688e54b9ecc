"""How much: the exact, sampled and attacked risk of a classifier under a definition."""
