"""Where the core meets the world: the platforms, the clock, the command line.

Matching works with small matrices, many at a time on threads of our own. More threads below would only wait for one
another, so numpy is told to use one, before anybody loads it and unless the operator said otherwise.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
