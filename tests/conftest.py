"""What every test shares: one thread per library, no window, and laws that draw the same examples on every run."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ["SYMADV_CACHE"] = "off"  # a test proves what it says that it proves

from hypothesis import HealthCheck, settings

settings.register_profile(
    "symadv",
    derandomize=True,
    deadline=None,  # symbolic computations are slow the first time
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("symadv")
