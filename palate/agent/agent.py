"""The agent: what each node of the turn's graph does over one snapshot of a catalogue.

It yields typed events and keeps nothing between turns: the dialogue state comes in with a message and goes out with
`TurnFinished`. At most two model calls a turn; without a model, or when it fails, the deterministic reader and
templates answer in the same turn.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from langchain_core.tools import BaseTool

from palate.agent.answering import Answering, spoken_of
from palate.agent.context import Context, Limits, Say, Turn, last_year
from palate.agent.early import Early
from palate.agent.elements import Telling
from palate.agent.enquiries import Enquiries
from palate.agent.events import (
    Event,
    Notice,
    Recommended,
    StateChanged,
    Token,
    ToolFinished,
    ToolStarted,
    TurnFinished,
)
from palate.agent.graph import compiled
from palate.agent.memory import digest
from palate.agent.planning import answering, asked_for, own_answers, recommending, taken
from palate.agent.preferences import Preferences
from palate.agent.prompts.sets import PALATES, Prompts
from palate.agent.querying import Querying
from palate.agent.reading.intents import Intents
from palate.agent.reading.lexicon import Lexicon
from palate.agent.reading.linking import Linker
from palate.agent.reading.nameindex import NameIndex
from palate.agent.reading.names import read_aliases, read_elsewhere
from palate.agent.reading.reader import Reader
from palate.agent.reading.reading import Reading
from palate.agent.reading.shopping import ANOTHER
from palate.agent.reading.understand import MAX_TOKENS, ToolCall, Understanding, expanded
from palate.agent.replying import Replying
from palate.agent.speaking import templates
from palate.agent.speaking.explain import Explainer
from palate.agent.speaking.inquiring import unasked
from palate.agent.speaking.wording import Wording
from palate.agent.state import WITHOUT_SLATE, Act, DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.domain import (
    Alias,
    Interaction,
    Item,
    ItemId,
    Op,
    Query,
    Slate,
)
from palate.errors import ModelError, PalateError
from palate.llm.model import ChatModel
from palate.retrieval.asking.inquiry import Inquiry
from palate.retrieval.clock import Clock
from palate.retrieval.engine import Engine
from palate.retrieval.people.histories import strength
from palate.retrieval.ranking import Ranking
from palate.tools import PLANNED, Found, Runner, Told, rebound, toolbox
from palate.tools.keeping import Keeping, Nowhere
from palate.tools.writing import writing_tools, written

_READ_BY_MODEL = frozenset({Act.RECOMMEND, Act.REFINE, Act.CRITIQUE})
"""Acts that patterns read in part only."""
_ASKING = frozenset({Act.RECOMMEND, Act.REFINE})
_ASKED = 3
"""Questions back in one conversation."""
_TOLD = 3
"""Requirements with which enough is known."""


class Agent:
    """Answers messages about one catalogue."""

    def __init__(
        self,
        catalogue: Catalogue,
        engine: Engine,
        limits: Limits | None = None,
        *,
        aliases: Iterable[Alias] = (),
        tools: Sequence[BaseTool] = (),
        intents: Intents | None = None,
        before: Agent | None = None,
        prompts: Prompts = PALATES,
    ) -> None:
        """Answer about `catalogue`, whose items and values the store's `aliases` name too.

        `tools` are a team's own, called beside palate's; `intents` tell what a message does. `before`, the agent of
        the snapshot that this one was made of, is given by `changed` only.
        """
        self._catalogue = catalogue
        self._engine = engine
        self._limits = limits = limits or Limits()
        self._prompts = prompts
        self.varied: dict[object, Agent] = {}
        """Agents that were made of this one for experiments; they go with it, and with what it knew of people."""
        if before is None:
            self._tools, self._runner = toolbox(engine, tools), Runner()
            self._lexicon = Lexicon.of(catalogue)
            self._index = _names(catalogue, aliases)
            linker = Linker(self._index, self._lexicon)
            self._reader = Reader(catalogue, self._lexicon, linker, engine.knows, engine.rows_with, intents)
            self.wording = Wording.of(catalogue)
            self.graph = compiled()
        else:
            differing = catalogue.differing(before._catalogue)
            self._tools, self._runner = rebound(before._tools, engine), before._runner
            self._lexicon = before._lexicon.changed(catalogue, differing)
            self._index = before._index.changed(catalogue)
            linker = Linker(self._index, self._lexicon)
            reader, words = before._reader, (engine.knows, engine.rows_with)
            self._reader = reader.changed(catalogue, self._lexicon, linker, *words, differing)
            self.wording = before.wording.changed(catalogue)
            self.graph = before.graph
        self._understanding = Understanding(
            catalogue, self._lexicon, self._index, self._tools, asked_for(self._tools), prompts
        )
        self._explainer = Explainer(
            self._lexicon, self.wording, prompts, timeout=limits.write, stall=limits.stall, items=limits.items
        )
        self._writing = writing_tools()
        self._querying = Querying(catalogue, self.wording)
        self.telling = Telling(self.wording, self._title)
        self._preferences = Preferences(self._reader.read, self.telling, catalogue, self._writing)
        self._enquiries = Enquiries(engine.answers, self._reader.read, self._tools["find_answers"], self._runner)
        self._replying = Replying(
            catalogue,
            Answering(catalogue, engine, self.wording),
            self._explainer,
            self._preferences,
            self._querying,
            self._writing["hand_over"],
            last_year(catalogue),
        )

    def changed(self, catalogue: Catalogue, engine: Engine, prompts: Prompts | None = None) -> Agent:
        """The agent for a snapshot that `Catalogue.changed` made of its own, or for the same: what stayed is shared.

        `prompts` take the place of those that it has. It takes milliseconds.
        """
        return Agent(catalogue, engine, self._limits, before=self, prompts=prompts or self._prompts)

    @property
    def tools(self) -> Mapping[str, BaseTool]:
        """Those that only read, by name, bound to the catalogue; a team's own among them."""
        return self._tools

    @property
    def warm_up(self) -> Sequence[list[dict[str, str]]]:
        """The prompts' unchanging beginnings, for a server to keep in its prefix cache."""
        return [
            [{"role": "system", "content": system}, {"role": "user", "content": "hello"}]
            for system in (self._understanding.system, self._explainer.system)
        ]

    def act_of(self, text: str, state: DialogueState | None = None) -> Act:
        """What a message does, read without a model and without keeping anything: milliseconds."""
        return self._reader.read(text, state or DialogueState()).act

    def stream(
        self,
        text: str,
        state: DialogueState | None = None,
        history: tuple[Interaction, ...] = (),
        model: ChatModel | None = None,
        keeping: Keeping | None = None,
    ) -> Iterator[Event]:
        """Answer one message. The last event is `TurnFinished`, which carries the new dialogue state.

        `keeping` is where preferences, feedback and messages for people go; without it nothing is kept.
        Closing the iterator ends the turn: no further model call is made.
        """
        context = Context(self, history=history, model=model, keeping=keeping or Nowhere())
        turn: Turn = {"text": text, "before": state or DialogueState(), "found": [], "told": []}
        try:
            for event in self.graph.stream(turn, context=context, stream_mode="custom"):
                yield cast("Event", event)
        finally:
            context.cancelled.set()
            if context.early is not None:
                context.early.close()

    # nodes

    def understand(self, state: Turn, context: Context, say: Say) -> Turn:
        """From the message to the dialogue state and the plan."""
        started = time.perf_counter()
        heard = self._preferences.hear(state["text"], state["before"], context.keeping)
        text, before = heard.text, heard.state
        reading = heard.reading or self._reader.read(text, before)
        enquired = None if heard.reading else self._enquiries.heard(text, reading, before)
        if enquired is not None:
            reading, text = enquired.reading, enquired.text
        form: Mapping[str, Any] = {}
        if context.model is not None and _worth_asking(reading):
            self._begin(reading, text, before, context)
            form = self._ask(context, text, before, say)
            reading = self._understanding.correct(form, reading, text, before) if form else reading
        dialogue = reading.apply(before).hearing(text, before)
        dialogue = self._preferences.propose(text, dialogue, context.keeping)
        plan = self._plan(form, reading, dialogue, text, context)
        context.mark("understand", started)
        say(StateChanged(dialogue.model_dump(mode="json"), self.summary(dialogue)))
        turn: Turn = {"heard": heard, "before": before, "reading": reading, "dialogue": dialogue, "plan": plan}
        if enquired is None:
            return turn
        for event in enquired.events:
            say(event)
        return turn | {"text": enquired.asked, "told": list(enquired.told)}

    def _ask(self, context: Context, text: str, state: DialogueState, say: Say) -> Mapping[str, Any]:
        assert context.model is not None
        context.outcome.cost.calls += 1
        try:
            done = context.model.read(
                self._understanding.messages(text, state, digest(self.summary(state), state.said)),
                self._understanding.schema,
                max_tokens=MAX_TOKENS,
                timeout=self._limits.read,
            )
        except ModelError as error:
            context.model = None
            say(Notice(_fell_back(str(error), state.language)))
            return {}
        context.outcome.cost.tokens_in += done.tokens_in
        context.outcome.cost.tokens_out += done.tokens_out
        context.spoke = True
        return expanded(done.data)

    def _begin(self, reading: Reading, text: str, before: DialogueState, context: Context) -> None:
        """Start retrieval for what the patterns read; the model may add nothing to it."""
        likely = reading.apply(before).hearing(text, before)
        calls = self._plan({}, reading, likely, text, context)
        context.early = Early(self._run)
        context.early.start([c for c in calls if c.name in PLANNED], self._query(likely, context))

    def _run(self, call: ToolCall, query: Query) -> Found | Told:
        tool = self._tools[call.name]
        given = {"query": query} if "query" in taken(tool) else {}
        return self._runner.run(tool, {**call.arguments, **given})

    def _plan(
        self, form: Mapping[str, Any], reading: Reading, state: DialogueState, text: str, context: Context
    ) -> tuple[ToolCall, ...]:
        if state.act in WITHOUT_SLATE:
            return (*answering(reading, state), *own_answers(self._tools, state, text))
        telling = any(interaction.value or strength(interaction) for interaction in context.history)
        added = self._understanding.calls(form)
        return recommending(state, self._tools, text, has_history=telling, added=added)

    def act(self, state: Turn, context: Context, say: Say) -> Turn:
        """Run one tool of the plan."""
        started = time.perf_counter()
        call = state["call"]
        say(ToolStarted(call.name, call.arguments))
        try:
            if call.name in self._writing:
                written(self._writing[call.name], **call.arguments, keeping=context.keeping)
                say(ToolFinished(call.name, 1, _since(started)))
                return {}
            query = self._query(state["dialogue"], context)
            found = (context.early.take(call, query) if context.early else None) or self._run(call, query)
        except PalateError as error:
            say(ToolFinished(call.name, 0, _since(started), str(error), failed=True))
            return {}
        laps = found.laps if isinstance(found, Found) else ()
        say(ToolFinished(call.name, found.count, _since(started), found.detail, laps=laps))
        return {"found": [found]} if isinstance(found, Found) else {"told": [found]}

    def fuse(self, state: Turn, context: Context, say: Say) -> Turn:
        """From what the tools found to the slate."""
        started = time.perf_counter()
        dialogue = state["dialogue"]
        if dialogue.act in WITHOUT_SLATE:
            return {}
        context.ms["tools"] = round((started - context.started) * 1000 - context.ms["understand"], 1)
        lists = [ranking for found in state["found"] for ranking in found.lists]
        query = self._query(dialogue, context)
        clock = Clock()
        slate = self._engine.speaking(query, self._engine.slate(query, lists, clock))
        again = self._again(slate, dialogue, state["text"], context)
        slate = again or slate
        known = spoken_of(dialogue, context.history, self._catalogue)
        marked = tuple(templates.marked(r, dialogue, known) for r in slate.recommendations)
        slate = replace(slate, recommendations=marked)
        context.mark("fuse", started)
        context.mark("first_items", context.started)
        say(Recommended(slate, laps=tuple(clock.laps)))
        asked = self._asking_back(query, slate, lists, dialogue)
        return {"slate": slate, "again": again is not None, "inquiry": asked}

    def _asking_back(
        self, query: Query, slate: Slate, lists: Sequence[Ranking], state: DialogueState
    ) -> Inquiry | None:
        """The one question that would change the slate most; none where enough is known or it was asked already."""
        settled = sum(c.op is not Op.NONE for c in state.constraints) >= _TOLD or bool(state.liked)
        if state.act not in _ASKING or settled or slate.relaxed or len(state.inquired) >= _ASKED:
            return None
        return self._engine.inquiry(query, lists, frozenset(state.inquired) | unasked(self.wording))

    def _again(self, slate: Slate, state: DialogueState, text: str, context: Context) -> Slate | None:
        """Of goods that were shown already those that meet what is asked now, where nothing else does."""
        if not slate.relaxed or self._catalogue.schema.vocabulary or ANOTHER.search(text):
            return None
        query = self._query(state, context)
        met = self._engine.recommend(
            replace(query, exclude=query.exclude - (frozenset(state.shown) - {*state.seen, *state.named}))
        )
        return met if met.recommendations and not met.relaxed else None

    def explain(self, state: Turn, context: Context, say: Say) -> Turn:
        """From the slate to the reply."""
        dialogue = state["dialogue"]
        sentences: list[str] = []
        for sentence in self._replying.reply(state, context):
            if not sentences:
                context.mark("first_token", context.started)
            gap = " " if sentences and dialogue.language != "zh" else ""
            sentences.append(gap + sentence)
            say(Token(gap + sentence))
        if context.outcome.failure:
            say(Notice(_fell_back(context.outcome.failure, dialogue.language)))
        reply = "".join(sentences)
        slate = state.get("slate")
        dialogue = self._replying.answering.focus(dialogue, state["told"])
        if slate:
            inquiry = state.get("inquiry")
            dialogue = dialogue.asking(inquiry.attribute) if inquiry and not dialogue.proposed else dialogue
            people = [p for r in slate.recommendations for p in self._makers(r.item) if p in reply]
            dialogue = dialogue.showing(
                tuple(item.id for item in slate.items), tuple([*dialogue.people[:2], *people][:5])
            )
        context.mark("total", context.started)
        cost = context.outcome.cost
        say(
            TurnFinished(
                conversation="",
                reply=reply,
                mode="llm" if context.spoke else "fallback",
                model_calls=cost.calls,
                tokens_in=cost.tokens_in,
                tokens_out=cost.tokens_out,
                ms=dict(context.ms),
                state=dialogue.model_dump(mode="json"),
                written=context.outcome.written,
                replaced=context.outcome.replaced,
                rejected=tuple(context.outcome.rejected),
                prompts=f"{self._understanding.prompts}, {self._explainer.prompts}" if cost.calls else "",
            )
        )
        return {"dialogue": dialogue}

    def _query(self, state: DialogueState, context: Context) -> Query:
        return self._querying.query(state, context.history)

    def summary(self, state: DialogueState) -> tuple[str, ...]:
        """The dialogue state in short phrases."""
        return tuple(element.phrase for element in self.telling.understood(state).elements)

    def _title(self, item_id: ItemId, language: str) -> str:
        return self.wording.title(self._catalogue.get(item_id).title, language)

    def _makers(self, item: Item) -> Sequence[str]:
        return [name for relation in self.wording.makers[:1] for name in item.names(relation)]


def _worth_asking(reading: Reading) -> bool:
    """Whether the model can add anything: greetings, "more" and a message that patterns read in whole are plain."""
    unsure = reading.act in _READ_BY_MODEL or (reading.act is Act.CHAT and not reading.substance)
    return unsure and not reading.whole


def _names(catalogue: Catalogue, aliases: Iterable[Alias]) -> NameIndex:
    """The names of a catalogue; a packaged vocabulary brings other names of its own."""
    if catalogue.schema.vocabulary:
        return NameIndex(catalogue, read_aliases(), read_elsewhere(), aliases)
    return NameIndex(catalogue, others=aliases)


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)


def _fell_back(reason: str, language: str) -> str:
    if language == "zh":
        return f"语言模型这一轮没有答上来（{reason}），改用简单读取和固定句式回答。"
    return f"The language model did not answer this time ({reason}) The simple reader and fixed sentences did."
