"""What one would build instead: LangChain's `create_agent` with a Chroma retriever as its tool, on the same model.

The same encoder and the same item texts as palate's. The first step of every turn is forced to call the tool, since
small models otherwise write the call as text. What it recommends is read from its reply: titles of the catalogue.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from palate.errors import MissingPackage, ModelUnavailable
from palate.eval.simulate.auditor.mentions import find
from palate.eval.simulate.auditor.text import plain
from palate.eval.simulate.shelf import Shelf
from palate.eval.simulate.systems.documents import Document, Encoder
from palate.eval.simulate.systems.door import SLATE, Heard, Talk, first
from palate.eval.simulate.users.persona import Persona
from palate.llm.address import is_loopback

if TYPE_CHECKING:
    from langchain.agents.middleware.types import AgentMiddleware
    from langchain_core.embeddings import Embeddings
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AnyMessage
    from langchain_core.tools import BaseTool

NAME = "langchain"
FOUND = 10
"""Items that one search gives."""
LIKED = 10
"""Liked titles that it is told of."""
STEPS = 8
"""Steps of one turn: model, tool, model, and room for another search."""
WRITTEN = 400
"""Tokens of one model call."""
TOOL = "search_catalogue"
_FORM = {
    "type": "json_schema",
    "json_schema": {
        "name": TOOL,
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"query": {"type": "string", "maxLength": 200}},
            "required": ["query"],
            "additionalProperties": False,
        },
    },
}
SYSTEM = """You recommend {many} from a catalogue to a person in a conversation.
Search the catalogue with the tool before you answer. Recommend up to {slate} {many} that the search found, as a \
numbered list with the exact title of each and a sentence why. Never recommend what the search did not find. \
Meet what the person asked for, also earlier in the conversation, and do not repeat what they turned down. Answer in \
the person's language.{liked}"""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the model is."""

    url: str
    name: str
    api_key: str
    timeout: float
    """Seconds of one model call; as long as palate waits for its two of a turn."""


class LangChainSystem:
    """One collection and one agent a conversation."""

    name = NAME

    def __init__(
        self, model: BaseChatModel, shelf: Shelf, documents: Iterator[Document], encoder: Encoder, folder: str
    ) -> None:
        """Fill the collection in `folder`. Raises MissingPackage without the packages."""
        try:
            import langchain.agents  # noqa: F401, PLC0415
            from langchain_chroma import Chroma  # noqa: PLC0415
        except ImportError as error:
            raise MissingPackage(
                "The LangChain agent needs langchain and langchain-chroma; install them with: "
                "pip install langchain langchain-chroma, or leave it out: --systems palate,palate-no-llm"
            ) from error
        self._shelf = shelf
        self._model = model
        client = _client(folder)
        collection = client.create_collection("items", embedding_function=None, metadata={"hnsw:space": "cosine"})
        most = client.get_max_batch_size()
        batch: list[Document] = []
        for document in documents:
            batch.append(document)
            if len(batch) == most:
                _add(collection, batch)
                batch = []
        if batch:
            _add(collection, batch)
        chroma = Chroma(client=client, collection_name="items", embedding_function=_embeddings(encoder))
        self._retriever = chroma.as_retriever(search_kwargs={"k": FOUND})

    def begin(self, persona: Persona) -> Talk:
        """A new conversation; it is told what the person liked."""
        return _Talk(self._shelf, self._model, self._retriever, persona)

    def close(self) -> None:
        """Nothing runs behind it."""


class _Talk:
    def __init__(self, shelf: Shelf, model: BaseChatModel, retriever: Any, persona: Persona) -> None:
        from langchain.agents import create_agent  # noqa: PLC0415
        from langgraph.checkpoint.memory import InMemorySaver  # noqa: PLC0415

        self._shelf = shelf
        self._found: dict[str, None] = {}
        self._heard = ""
        liked = ", ".join(persona.liked[:LIKED])
        many = shelf.noun.get("many", "items")
        told = f" The person liked before: {liked}." if liked else ""
        self._agent: Any = create_agent(
            model,
            [_tool(retriever, self._found, many)],
            system_prompt=SYSTEM.format(many=many, slate=SLATE, liked=told),
            middleware=[_searching_first()],
            checkpointer=InMemorySaver(),
        )
        self._known = 0

    def say(self, text: str) -> Heard:
        self._heard += f"\n{text}"
        began = time.perf_counter()
        config: Mapping[str, Any] = {"configurable": {"thread_id": "talk"}, "recursion_limit": STEPS}
        trouble = ""
        try:
            messages = self._agent.invoke({"messages": [{"role": "user", "content": text}]}, config)["messages"]
        except Exception as error:  # whatever its parts raise, the turn has failed and the conversation goes on
            _raise_if_gone(error)
            trouble = f"{type(error).__name__}: {error}"
            messages = self._agent.get_state(config).values.get("messages", [])
        seconds = time.perf_counter() - began
        new, self._known = messages[self._known :], len(messages)
        return self._told(new, seconds, trouble)

    def press(self, item_id: str) -> None:
        """It has no buttons."""

    def _told(self, new: Sequence[AnyMessage], seconds: float, trouble: str) -> Heard:
        spoken = [message for message in new if message.type == "ai"]
        usage = [message.usage_metadata for message in spoken if getattr(message, "usage_metadata", None)]
        searched = any(message.type == "tool" and getattr(message, "status", "") == "success" for message in new)
        reply = str(spoken[-1].text).strip() if spoken and not trouble else ""
        return Heard(
            reply,
            self._recommended(reply),
            len(spoken) + bool(trouble),
            sum(each["input_tokens"] for each in usage if each),
            sum(each["output_tokens"] for each in usage if each),
            seconds,
            retrieved=searched,
            trouble=trouble,
        )

    def _recommended(self, reply: str) -> tuple[str, ...]:
        """The items whose titles the reply names, in order; of several of one title the one that was found."""
        known = [self._shelf.goods[item_id] for item_id in self._found]
        mentions = find(plain(reply), self._shelf, known, [], plain(self._heard))
        chosen = []
        for mention in mentions.titles:
            ids = [good.id for good in mention.goods]
            chosen.append(next((item_id for item_id in ids if item_id in self._found), ids[0]))
        return first(chosen)


def _raise_if_gone(error: Exception) -> None:
    """Raise ModelUnavailable where no server answers, or none that lets us in: no turn would succeed."""
    import openai  # noqa: PLC0415

    gone = (openai.APIConnectionError, openai.AuthenticationError, openai.NotFoundError)
    if isinstance(error, gone) and not isinstance(error, openai.APITimeoutError):
        raise ModelUnavailable(f"The language model does not answer the LangChain agent ({error}).") from error


def _tool(retriever: Any, found: dict[str, None], many: str) -> BaseTool:
    from langchain_core.tools import StructuredTool  # noqa: PLC0415

    def search_catalogue(query: str) -> str:
        """Search."""
        documents = retriever.invoke(query)
        found.update(dict.fromkeys(str(document.metadata["id"]) for document in documents))
        return "\n".join(f"{place}. {document.page_content}" for place, document in enumerate(documents, 1))

    return StructuredTool.from_function(
        search_catalogue,
        description=f"Find {many} of the catalogue. query: a few words that describe what is wanted.",
    )


def _searching_first() -> AgentMiddleware[Any, Any]:
    """Force the first step by a schema: llama.cpp lets this model write the call as text under `tool_choice` too."""
    from langchain.agents.middleware import wrap_model_call  # noqa: PLC0415
    from langchain_core.messages import AIMessage  # noqa: PLC0415

    def search_first(request: Any, handler: Callable[[Any], Any]) -> Any:
        if not request.messages or request.messages[-1].type != "human":
            return handler(request)
        before = [request.system_message] if request.system_message else []
        said = request.model.bind(response_format=_FORM).invoke([*before, *request.messages])
        try:
            query = str(json.loads(str(said.text))["query"])
        except (ValueError, KeyError, TypeError):
            return said
        call = {"name": TOOL, "args": {"query": query}, "id": said.id or "search", "type": "tool_call"}
        return AIMessage("", tool_calls=[call], usage_metadata=said.usage_metadata)

    middleware: AgentMiddleware[Any, Any] = wrap_model_call(search_first)
    return middleware


def chat(server: Server) -> BaseChatModel:
    """The model as LangChain asks it."""
    import httpx2  # noqa: PLC0415
    from langchain_openai import ChatOpenAI  # noqa: PLC0415
    from pydantic import SecretStr  # noqa: PLC0415

    return ChatOpenAI(
        model=server.name,
        base_url=server.url,
        api_key=SecretStr(server.api_key),
        http_client=httpx2.Client(timeout=server.timeout, trust_env=not is_loopback(server.url)),
        openai_proxy=None,
        temperature=0.3,
        max_completion_tokens=WRITTEN,
        max_retries=0,
    )


def _client(folder: str) -> Any:
    import chromadb  # noqa: PLC0415
    from chromadb.config import Settings  # noqa: PLC0415

    return chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))


def _add(collection: Any, batch: Sequence[Document]) -> None:
    collection.add(
        ids=[each.id for each in batch],
        embeddings=[each.vector for each in batch],
        documents=[each.text for each in batch],
        metadatas=[{"id": each.item} for each in batch],
    )


def _embeddings(encoder: Encoder) -> Embeddings:
    from langchain_core.embeddings import Embeddings  # noqa: PLC0415

    class Encoded(Embeddings):
        """The encoder of palate, as LangChain asks for one."""

        def embed_query(self, text: str) -> list[float]:
            return [float(value) for value in encoder.query(text)]

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[float(value) for value in vector] for vector in encoder.passages(texts)]

    return Encoded()
