"""Time ``compose2oam convert`` beside the real Docker Compose: ``python benchmarks/convert.py [--rounds N]``.

Makes a project of 1,000 services (26,000 lines) and one of 4,000, and converts them, each with its report, to files,
while Docker Compose no more than reads the first (``config -q``). Prints what ``benchmarks/config.py`` prints.

Ends with 1 if a promise is broken: a quarter of Docker Compose's time, and 4.5 times the time for 4 times the services.
"""

from __future__ import annotations

import sys

from measuring import Promise, compare

OURS = ["convert", "FILE", "-o", "FILE.out", "--report", "FILE.report.json"]
THEIRS = ["-f", "FILE", "config", "-q"]

if __name__ == "__main__":
    sys.exit(compare((1000, 4000), OURS, THEIRS, Promise("convert", 1 / 4, 4.5)))
