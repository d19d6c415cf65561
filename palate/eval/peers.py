"""Other recommenders, as they come: implicit's ALS and BPR, and LensKit's item–item in an environment of its own."""

from __future__ import annotations

import csv
import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from palate.catalogue.catalogue import Catalogue, Rows
from palate.errors import MissingPackage
from palate.eval.holdout import Holdout
from palate.eval.metrics import K, Lists

LENSKIT = """
import csv, sys
import pandas as pd
from lenskit.data import from_interactions_df
from lenskit.knn import ItemKNNScorer
from lenskit.pipeline import topn_pipeline
from lenskit.batch import recommend
source, people, target, size = sys.argv[1:]
frame = pd.read_csv(source, dtype={"user_id": str, "item_id": str})
data = from_interactions_df(frame)
pipeline = topn_pipeline(ItemKNNScorer(feedback="implicit"), n=int(size))
pipeline.train(data)
asked = [line.strip() for line in open(people)]
lists = recommend(pipeline, asked, n=int(size), n_jobs=1)
with open(target, "w", newline="") as file:
    out = csv.writer(file)
    for key, items in lists:
        for item in items.ids():
            out.writerow([key.user_id, item])
"""
"""What runs there: trains on a file of user_id, item_id, and writes each person's list."""


def implicit_als(holdout: Holdout, catalogue: Catalogue, seed: int) -> Lists:
    """Implicit's AlternatingLeastSquares with its own defaults. Raises MissingPackage."""
    return _implicit("implicit-als", holdout, seed)


def implicit_bpr(holdout: Holdout, catalogue: Catalogue, seed: int) -> Lists:
    """Implicit's BayesianPersonalizedRanking with its own defaults. Raises MissingPackage."""
    return _implicit("implicit-bpr", holdout, seed)


def lenskit_itemknn(holdout: Holdout, catalogue: Catalogue, python: Path | None) -> Lists:
    """LensKit's ItemKNNScorer for implicit feedback, with its own defaults, run by the interpreter `python`.

    LensKit needs torch, which palate's own environment need not have. Raises MissingPackage when it cannot be run.
    """
    if python is None:
        raise MissingPackage(f"There is no environment with LensKit. {_LENSKIT_NEEDED}")
    before = holdout.before
    with tempfile.TemporaryDirectory(prefix="palate-lenskit-") as folder:
        source, people, target = (Path(folder, name) for name in ("train.csv", "people.txt", "lists.csv"))
        with source.open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["user_id", "item_id"])
            rows.writerows(zip(before.user.tolist(), before.item.tolist(), strict=True))
        people.write_text("\n".join(map(str, holdout.people)))
        # Threads that wait for each other on few cores are slower than one.
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        try:
            done = subprocess.run(
                [str(python), "-c", LENSKIT, str(source), str(people), str(target), str(K)],
                env=environment,
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as error:
            raise MissingPackage(f"LensKit cannot be run by {python} ({error}). {_LENSKIT_NEEDED}") from error
        if done.returncode:
            last = done.stderr.strip().rpartition("\n")[2]
            raise MissingPackage(f"LensKit did not run in {python}: {last}. {_LENSKIT_NEEDED}")
        lists: dict[int, list[int]] = {place: [] for place in holdout.people}
        with target.open(newline="") as file:
            for user, item in csv.reader(file):
                lists[int(user)].append(int(item))
    return Lists("lenskit-itemknn", [np.asarray(lists[place], np.int32) for place in holdout.people])


def _implicit(name: str, holdout: Holdout, seed: int) -> Lists:
    try:
        from implicit.cpu.als import AlternatingLeastSquares  # noqa: PLC0415
        from implicit.cpu.bpr import BayesianPersonalizedRanking  # noqa: PLC0415
        from scipy.sparse import csr_matrix  # noqa: PLC0415
        from threadpoolctl import threadpool_limits  # noqa: PLC0415
    except ImportError as error:
        raise MissingPackage("The peers need implicit; install it with: pip install 'palate[train]'") from error
    before = holdout.before
    known, columns = np.unique(before.item, return_inverse=True)
    cells = (np.ones(len(before), np.float32), (before.user, columns))
    matrix = csr_matrix(cells, shape=(len(before.users), len(known)))
    kind = AlternatingLeastSquares if name == "implicit-als" else BayesianPersonalizedRanking
    with threadpool_limits(1, "blas"):
        model = kind(random_state=seed, num_threads=1)
        model.fit(matrix, show_progress=False)
    asked = np.asarray(holdout.people)
    found, scores = model.recommend(asked, matrix[asked], N=K, filter_already_liked_items=True)
    return Lists(name, [_kept(known, row, value) for row, value in zip(found, scores, strict=True)])


def _kept(known: Rows, found: Sequence[int], scores: Sequence[float]) -> Rows:
    """The items that it meant: what it had to fill a short list with scores as low as a number can be."""
    told = (np.asarray(found) >= 0) & (np.asarray(scores) > np.finfo(np.float32).min / 2)
    return np.asarray(known[np.asarray(found)[told]], np.int32)


_LENSKIT_NEEDED = (
    "In a checkout of palate, `make lenskit` makes one (2 GB) and the next evaluation finds it; another Python that "
    "has lenskit is given with --lenskit PYTHON."
)
