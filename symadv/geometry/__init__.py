"""Where: strata of a support, nearest points, the orthogonal projection and its ties."""
