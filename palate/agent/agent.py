"""The agent: what each node of the turn's graph does over one snapshot of a catalogue.

It yields typed events and keeps nothing between turns: the dialogue state comes in with a message and goes out with
`TurnFinished`. At most two model calls a turn, a third to repair a sentence; without a model, or when it fails, the
deterministic reader and templates answer in the same turn.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from palate.agent.context import Context, Limits, Say, Turn, last_year
from palate.agent.elements import Telling
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
from palate.agent.handing import handed_on
from palate.agent.preferences import Preferences
from palate.agent.reading.lexicon import Lexicon
from palate.agent.reading.linking import Linker
from palate.agent.reading.nameindex import NameIndex
from palate.agent.reading.names import read_aliases, read_elsewhere
from palate.agent.reading.reader import Reader
from palate.agent.reading.reading import Reading
from palate.agent.reading.shopping import ANOTHER, ASKS_FACTS
from palate.agent.reading.understand import MAX_TOKENS, ToolCall, Understanding
from palate.agent.speaking import templates
from palate.agent.speaking.explain import Explainer
from palate.agent.speaking.wording import Wording
from palate.agent.state import ANSWERED, WITHOUT_SLATE, Act, DialogueState
from palate.catalogue.catalogue import Catalogue
from palate.domain import (
    Alias,
    Entity,
    Fact,
    Interaction,
    Item,
    ItemId,
    Kind,
    Query,
    Recommendation,
    Slate,
    Sort,
)
from palate.errors import ModelError, PalateError
from palate.llm.model import ChatModel
from palate.retrieval.engine import Engine
from palate.tools import Found, rebound, toolbox
from palate.tools.keeping import Keeping, Nowhere
from palate.tools.writing import writing_tools


class Agent:
    """Answers messages about one catalogue."""

    def __init__(
        self,
        catalogue: Catalogue,
        engine: Engine,
        limits: Limits | None = None,
        *,
        aliases: Iterable[Alias] = (),
        before: Agent | None = None,
    ) -> None:
        """Answer about `catalogue`, whose items and values the store's `aliases` name too.

        `before`, the agent of the snapshot that this one was made of, is given by `changed` only.
        """
        self._catalogue = catalogue
        self._engine = engine
        self._limits = limits = limits or Limits()
        if before is None:
            self._tools = toolbox(engine)
            self._lexicon = Lexicon.of(catalogue)
            self._index = _names(catalogue, aliases)
            linker = Linker(self._index, self._lexicon)
            self._reader = Reader(catalogue, self._lexicon, linker, engine.knows, engine.rows_with)
            self.wording = Wording.of(catalogue)
            self.graph = compiled()
        else:
            differing = catalogue.differing(before._catalogue)
            self._tools = rebound(before._tools, engine)
            self._lexicon = before._lexicon.changed(catalogue, differing)
            self._index = before._index.changed(catalogue)
            linker = Linker(self._index, self._lexicon)
            reader, words = before._reader, (engine.knows, engine.rows_with)
            self._reader = reader.changed(catalogue, self._lexicon, linker, *words, differing)
            self.wording = before.wording.changed(catalogue)
            self.graph = before.graph
        self._understanding = Understanding(catalogue, self._lexicon, self._index, self._tools)
        self._explainer = Explainer(
            self._lexicon, self.wording, timeout=limits.write, stall=limits.stall, items=limits.items
        )
        self._last_year = last_year(catalogue)
        self._writing = writing_tools()
        self.telling = Telling(self.wording, self._title)
        self._preferences = Preferences(self._reader.read, self.telling, catalogue, self._writing)

    def changed(self, catalogue: Catalogue, engine: Engine) -> Agent:
        """The agent for a snapshot that `Catalogue.changed` made of its own: milliseconds, what stayed is shared."""
        return Agent(catalogue, engine, self._limits, before=self)

    @property
    def warm_up(self) -> Sequence[list[dict[str, str]]]:
        """The prompts' unchanging beginnings, for a server to keep in its prefix cache."""
        return [
            [{"role": "system", "content": system}, {"role": "user", "content": "hello"}]
            for system in (self._understanding.system, self._explainer.system)
        ]

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
        turn: Turn = {"text": text, "before": state or DialogueState(), "found": []}
        try:
            for event in self.graph.stream(turn, context=context, stream_mode="custom"):
                yield cast("Event", event)
        finally:
            context.cancelled.set()

    # nodes

    def understand(self, state: Turn, context: Context, say: Say) -> Turn:
        """From the message to the dialogue state and the plan."""
        started = time.perf_counter()
        heard = self._preferences.hear(state["text"], state["before"], context.keeping)
        text, before = heard.text, heard.state
        reading = heard.reading or self._reader.read(text, before)
        form: Mapping[str, Any] = {}
        if context.model is not None and _worth_asking(reading):
            form = self._ask(context, text, before, say)
            reading = self._understanding.correct(form, reading, text, before) if form else reading
        dialogue = reading.apply(before).hearing(text, before)
        dialogue = self._preferences.propose(text, dialogue, context.keeping)
        plan = self._plan(form, dialogue, context)
        context.mark("understand", started)
        say(StateChanged(dialogue.model_dump(mode="json"), self.summary(dialogue)))
        return {"heard": heard, "before": before, "reading": reading, "dialogue": dialogue, "plan": plan}

    def _ask(self, context: Context, text: str, state: DialogueState, say: Say) -> Mapping[str, Any]:
        assert context.model is not None
        context.outcome.cost.calls += 1
        try:
            done = context.model.read(
                self._understanding.messages(text, state),
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
        return done.data

    def _plan(self, form: Mapping[str, Any], state: DialogueState, context: Context) -> tuple[ToolCall, ...]:
        if state.act in WITHOUT_SLATE:
            return ()
        liked = any(interaction.value for interaction in context.history)
        return self._understanding.plan(form, state, has_history=liked)

    def act(self, state: Turn, context: Context, say: Say) -> Turn:
        """Run one tool of the plan."""
        started = time.perf_counter()
        call = state["call"]
        say(ToolStarted(call.name, call.arguments))
        query = self._query(state["dialogue"], context)
        request = {
            "name": call.name,
            "args": {**call.arguments, "query": query},
            "id": call.name,
            "type": "tool_call",
        }
        try:
            found: Found = self._tools[call.name].invoke(request).artifact
        except PalateError as error:
            say(ToolFinished(call.name, 0, _since(started), str(error)))
            return {"found": []}
        say(ToolFinished(call.name, found.count, _since(started), found.detail))
        return {"found": [found]}

    def fuse(self, state: Turn, context: Context, say: Say) -> Turn:
        """From what the tools found to the slate."""
        started = time.perf_counter()
        dialogue = state["dialogue"]
        context.ms["tools"] = round((started - context.started) * 1000 - context.ms["understand"], 1)
        lists = [ranking for found in state["found"] for ranking in found.lists]
        query = self._query(dialogue, context)
        slate = self._engine.speaking(query, self._engine.slate(query, lists))
        again = self._again(slate, dialogue, state["text"], context)
        slate = again or slate
        spoken_of = self._spoken_of(dialogue, context)
        marked = tuple(_marked(r, dialogue, spoken_of) for r in slate.recommendations)
        slate = replace(slate, recommendations=marked)
        context.mark("fuse", started)
        context.mark("first_items", context.started)
        say(Recommended(slate))
        return {"slate": slate, "again": again is not None}

    def _again(self, slate: Slate, state: DialogueState, text: str, context: Context) -> Slate | None:
        """Of goods that were shown already those that meet what is asked now, where nothing else does."""
        if not slate.relaxed or self._catalogue.schema.vocabulary or ANOTHER.search(text):
            return None
        query = self._query(state, context)
        met = self._engine.recommend(replace(query, exclude=query.exclude - frozenset(state.shown)))
        return met if met.recommendations and not met.relaxed else None

    def explain(self, state: Turn, context: Context, say: Say) -> Turn:
        """From the slate to the reply."""
        dialogue = state["dialogue"]
        sentences: list[str] = []
        for sentence in self._whole_reply(state, context):
            if not sentences:
                context.mark("first_token", context.started)
            gap = " " if sentences and dialogue.language != "zh" else ""
            sentences.append(gap + sentence)
            say(Token(gap + sentence))
        if context.outcome.failure:
            say(Notice(_fell_back(context.outcome.failure, dialogue.language)))
        reply = "".join(sentences)
        slate = state.get("slate")
        if slate:
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
            )
        )
        return {"dialogue": dialogue}

    # the reply

    def _whole_reply(self, turn: Turn, context: Context) -> Iterator[str]:
        """The reply between what became of the last question and the next one."""
        if turn["heard"].said:
            yield turn["heard"].said
        if not turn["heard"].reading:
            yield from self._reply(turn, context)
        if question := self._preferences.question(turn["dialogue"], context.keeping):
            yield question

    def _reply(self, turn: Turn, context: Context) -> Iterator[str]:
        state, reading = turn["dialogue"], turn["reading"]
        if state.act in WITHOUT_SLATE - ANSWERED:
            taken = state.act is Act.OUT_OF_SCOPE and handed_on(
                self._writing["hand_over"], turn["text"], state, self.telling, context.keeping
            )
            yield taken or templates.no_slate(state.act, self.wording, state.language)
        elif state.act is Act.EXPLAIN:
            yield from self._why(turn["before"], state, context, turn["text"])
        else:
            slate = turn["slate"]
            nothing_found = _nothing_found(turn)
            yield from templates.notes(
                reading,
                state,
                slate,
                self.wording,
                self._last_year,
                nothing_found=nothing_found,
                again=turn.get("again", False),
            )
            if not slate.recommendations:
                yield templates.nothing_left(self.wording, state.language, empty=not len(self._catalogue))
            elif context.model is None:
                yield from self._explainer.templated(slate.recommendations, state.language)
            else:
                yield from self._explainer.written(
                    context.model,
                    turn["text"],
                    state,
                    slate.recommendations,
                    [self._catalogue.get(i) for i in (*state.liked, *state.named)],
                    context.outcome,
                    context.cancelled.is_set,
                )
                context.spoke = context.spoke or context.outcome.written > 0

    def _why(self, before: DialogueState, state: DialogueState, context: Context, text: str) -> Iterator[str]:
        """The reasons for the items pointed at, found again from the state they were recommended under."""
        pointed = state.focus or state.slate[:1]
        wishes = replace(before.query(before.request), history=context.history)
        profile = self._engine.slate(wishes, ()).profile
        for recommendation in self._engine.explain(wishes, pointed):
            spoken_of = self._spoken_of(before, context)
            marked = _marked(recommendation, before, spoken_of)
            facts_only = not self._catalogue.schema.vocabulary and bool(ASKS_FACTS.search(text))
            yield from templates.why(marked, self.wording, state.language, profile, scored=not facts_only)

    def _query(self, state: DialogueState, context: Context) -> Query:
        seen = frozenset(i.item_id for i in context.history)
        query = replace(state.query(state.request, seen), history=context.history)
        disliked = tuple(i.item_id for i in context.history if i.kind is Kind.DISLIKED)
        kinds = tuple(
            e for guess in state.guesses for e in self._telling(guess.kind) if self._exists(e.relation, e.value)
        )
        return replace(query, wanted=tuple(dict.fromkeys(query.wanted + kinds)), disliked=query.disliked + disliked)

    def _spoken_of(self, state: DialogueState, context: Context) -> frozenset[str]:
        """Titles that the person knows of: named, or in their history. Nothing is compared with any other."""
        ids = [*state.liked, *state.disliked, *state.named, *state.seen, *(i.item_id for i in context.history)]
        return frozenset(self._catalogue.get(i).title for i in ids if i in self._catalogue)

    def _telling(self, kind: Sequence[Entity]) -> list[Entity]:
        """Of what an item elsewhere is: who made it, where, and its two first categories. More would blur it."""
        told = (*self.wording.makers, *self._catalogue.schema.sorted_as(Sort.COUNTRY))
        kinds = [e for e in kind if e.relation in self.wording.categories]
        return [e for e in kind if e.relation in told] + kinds[:2]

    def _exists(self, relation: str, value: str) -> bool:
        return relation in self._catalogue.schema.relations and len(self._catalogue.rows_with(relation, value)) > 0

    def summary(self, state: DialogueState) -> tuple[str, ...]:
        """The dialogue state in short phrases."""
        return tuple(element.phrase for element in self.telling.understood(state).elements)

    def _title(self, item_id: ItemId, language: str) -> str:
        return self.wording.title(self._catalogue.get(item_id).title, language)

    def _makers(self, item: Item) -> Sequence[str]:
        return [name for relation in self.wording.makers[:1] for name in item.names(relation)]


def _worth_asking(reading: Reading) -> bool:
    """Whether the model can add anything: greetings, "more" and "why this one?" are plain."""
    return reading.act is Act.RECOMMEND or (reading.act is Act.OUT_OF_SCOPE and not reading.substance)


def _nothing_found(turn: Turn) -> bool:
    """Whether there is no reason for the slate but that its items are well known."""
    state = turn["dialogue"]
    sources = {ranking.source for found in turn["found"] for ranking in found.lists}
    return sources <= {"popularity", "recent", "tail"} and not (
        state.constraints or state.liked or state.wanted or state.guesses
    )


def _marked(recommendation: Recommendation, state: DialogueState, spoken_of: frozenset[str]) -> Recommendation:
    """`recommendation` with comparisons to what the person knows only, and with a Fact where it is a guess."""
    facts = tuple(f for f in recommendation.facts if not f.about or f.about in spoken_of)
    if state.guesses and not state.liked:
        facts = (Fact(recommendation.item.id, "guess", state.guesses[0].title, "guess"), *facts)
    return replace(recommendation, facts=facts)


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
