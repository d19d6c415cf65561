"""An environment with LensKit, for `palate eval histories --lenskit PYTHON`.

    python scripts/lenskit_env.py             make it once, and print its Python

LensKit needs torch, which palate does not, so it has an environment of its own in the cache folder.
"""

from environment import locked, python_of

WANTED = ("torch==2.13.0", "lenskit==2025.8.1")

if __name__ == "__main__":
    with locked("lenskit") as cache:
        print(python_of(cache / "lenskit", WANTED, "2 GB"))  # noqa: T201
