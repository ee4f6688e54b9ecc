"""Speed against what one would write by hand: ratios of medians, measured side by side."""
