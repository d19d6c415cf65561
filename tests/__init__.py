"""The tests.

Their matrices are small: a product on one thread is over before a second thread has begun. Where other programs keep
the processors busy, threads that wait for each other take many times as long. Set before anything imports NumPy.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
