"""`python -m symadv`: the command line."""

import sys

from symadv.cli import main

if __name__ == "__main__":
    sys.exit(main())
