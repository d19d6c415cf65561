"""Whether a Chroma folder can be read, found out by a process that may crash.

A damaged HNSW file can end the process that reads it (7 of 40 random damages did), and would do so at every start. So
another process reads it first. As a program: exit status 0 when all could be read.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

COLLECTION = "items"
"""The one collection of an index."""
QUERIES = 100
"""Searches made, from vectors spread over the whole index."""
SECONDS = 120.0
"""After which an index counts as unreadable."""


def readable(folder: Path) -> bool:
    """Whether a process of its own can open the index in `folder` and search it; about 1.5 s."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "palate.retrieval.vectors.probe", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def main(folder: str) -> None:
    """Open the index and search it; ends in an error, or in a crash, when that cannot be done."""
    import chromadb  # noqa: PLC0415
    from chromadb.config import Settings  # noqa: PLC0415

    client = chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))
    if COLLECTION not in [collection.name for collection in client.list_collections()]:
        return
    collection = client.get_collection(COLLECTION, embedding_function=None)
    ids = collection.get(include=[])["ids"]
    if some := ids[:: max(1, len(ids) // QUERIES)]:
        vectors = collection.get(ids=some, include=["embeddings"])["embeddings"]
        collection.query(query_embeddings=vectors, n_results=min(50, len(ids)), include=["distances"])


if __name__ == "__main__":
    main(sys.argv[1])
