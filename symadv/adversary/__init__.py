"""Who perturbs, and what counts as adversarial: threat models, classifiers and definitions as pairs of regions."""
