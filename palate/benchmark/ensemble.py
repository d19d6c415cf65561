"""LangChain's EnsembleRetriever over BM25 and Chroma, as its documentation builds it."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from palate.benchmark.chroma import NAME, client, document, fill, metadata, where
from palate.benchmark.columns import meets
from palate.benchmark.measuring import Watch
from palate.benchmark.systems import DEPTH, Answer, Built, Task

if TYPE_CHECKING:
    from langchain_core.documents import Document


class Ensemble:
    """Both retrievers give 100; weights and constant as they come.

    The vectors' retriever gets the filter. BM25 has none, so its documents are dropped after it.
    """

    def build(self, task: Task) -> Built:
        """The shared collection, and BM25 in memory."""
        from langchain_chroma import Chroma  # noqa: PLC0415
        from langchain_community.retrievers import BM25Retriever  # noqa: PLC0415
        from langchain_core.embeddings import Embeddings  # noqa: PLC0415

        class Encoded(Embeddings):
            """The vector of the request that is being answered."""

            def __init__(self) -> None:
                self.vector: list[float] = []

            def embed_query(self, text: str) -> list[float]:
                return self.vector

            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                raise NotImplementedError(f"{len(texts)} documents that were never to be encoded")

        self._task = task
        shared = fill(task)
        watch = Watch()
        self._encoded = Encoded()
        self._chroma = Chroma(NAME, self._encoded, client=client(task.folder))
        schema, items = task.growth.schema, watch.apart(task.growth.items())
        texts, metadatas = [], []
        for item in items:
            texts.append(document(item, schema))
            metadatas.append(metadata(item, schema))
        self._words = BM25Retriever.from_texts(texts, metadatas, k=DEPTH)
        seconds = watch.seconds
        return Built(shared.seconds + seconds, {"chroma": shared.seconds, "bm25": seconds}, kept=shared.kept)

    def answer(self, number: int, selectivity: float) -> Answer:
        """One call of the ensemble; recall is that of its vectors' half."""
        from langchain_classic.retrievers import EnsembleRetriever  # noqa: PLC0415
        from langchain_core.runnables import RunnableLambda  # noqa: PLC0415

        request = self._task.requests[number]
        constraints = request.constraints[selectivity]
        asked = where(constraints)
        self._encoded.vector = self._task.vectors[number].tolist()
        before = perf_counter()
        vectors = self._chroma.as_retriever(search_kwargs={"k": DEPTH} | ({"filter": asked} if asked else {}))

        def allowed(found: list[Document]) -> list[Document]:
            return [one for one in found if all(meets(one.metadata, constraint) for constraint in constraints)]

        words = self._words | RunnableLambda(allowed) if constraints else self._words
        EnsembleRetriever(retrievers=[words, vectors], weights=[0.5, 0.5], id_key="id").invoke(request.text)
        taken = (perf_counter() - before) * 1000
        rows = [self._task.growth.row(one.metadata["id"]) for one in vectors.invoke(request.text)]
        return Answer(taken, np.asarray(rows, np.int64))

    def close(self) -> None:
        """The process ends after it."""
