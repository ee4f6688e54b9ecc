"""Training many networks side by side against training them one by one: ratio of running times, one thread.

Run as ``python -m benchmarks.bench_training``.
"""

import torch

import symadv as sa
from benchmarks.pairs import seconds

NETWORKS, STEPS = 100, 100
LIMIT = 0.5


def ratios() -> dict[str, float]:
    """100 networks in one call / 100 calls, plainly and against an adversary; nothing is warmed up but torch."""
    d = sa.distribution("tsipras").at(p="9/10", eta=3)
    found = {}
    for name, adversary in (("plain", None), ("adversarial", sa.ThreatModel("linf", 1))):
        options = dict(hidden=(16, 16), steps=STEPS, samples=1000, adversary=adversary)
        sa.train(d, seeds=(0, 1), **options)
        together = seconds(lambda: sa.train(d, seeds=range(NETWORKS), **options))  # noqa: B023
        alone = seconds(lambda: [sa.train(d, seed=s, **options) for s in range(NETWORKS)])  # noqa: B023
        found[name] = together / alone
    return found


if __name__ == "__main__":
    torch.set_num_threads(1)
    measured = ratios()
    for name, value in measured.items():
        print(f"{name} training of {NETWORKS} networks, {STEPS} steps: together / one by one {value:.2f}")
    raise SystemExit(max(measured.values()) > LIMIT)
