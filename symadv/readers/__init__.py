"""Open room: ``readers/NAME.py`` exports ``NAME(term, ...)``: what is said, in another language (LaTeX, arrays …)."""
