"""The only door to retrieval: rankings from every source, and the slate that is made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from palate.catalogue.catalogue import Catalogue, Flags, Rows
from palate.domain import TEXT, Constraint, Fact, Item, ItemId, Op, Query, Recommendation, Schema, Slate, Triple
from palate.errors import MissingPackage
from palate.retrieval.adjusting import FREE, SAID, Adjusted, Factors, Shares, adjust
from palate.retrieval.answers.answers import Answers
from palate.retrieval.asking.absence import UNSAID, Absence, Because, absence
from palate.retrieval.asking.answering import answer
from palate.retrieval.asking.inquiry import Inquiry, inquiry
from palate.retrieval.asking.pool import Pool
from palate.retrieval.asking.question import Answer, Question
from palate.retrieval.choosing import Choice, Wishes, reserve
from palate.retrieval.clock import Clock
from palate.retrieval.facts import Facts, Reasons, catalogue_facts, reasons, request_facts
from palate.retrieval.families import Families
from palate.retrieval.fusion import WITHIN, Fused, fuse, fuse_heeded, fuse_learned
from palate.retrieval.graph.graph import Graph
from palate.retrieval.learned.crowding import Crowding
from palate.retrieval.learned.features import Features
from palate.retrieval.learned.models import Models
from palate.retrieval.options import Options
from palate.retrieval.people.histories import Histories
from palate.retrieval.popularity import LEAST
from palate.retrieval.ranking import Ranking
from palate.retrieval.relaxing import nearness
from palate.retrieval.request import Request, Requests
from palate.retrieval.rules import BoundRules, Rules

if TYPE_CHECKING:
    from palate.retrieval.talk.talk import Heeded
    from palate.retrieval.vectors.dense import Dense

TELLING = 0.3
"""Share of what was said with which an item is what was asked for."""
ENOUGH = 3
"""Items that are, with which a slate is no longer filled up by others."""


@dataclass(frozen=True, slots=True)
class Timed:
    """A slate and what it took."""

    slate: Slate
    ms: Mapping[str, float]
    """Milliseconds by stage; `encode` is the request's vector, which depends on the encoder alone."""

    @property
    def total(self) -> float:
        """Milliseconds of everything but encoding."""
        return sum(took for stage, took in self.ms.items() if stage != "encode")


class Engine:
    """Retrieval over one snapshot of a catalogue; safe for any number of threads."""

    def __init__(
        self,
        catalogue: Catalogue,
        dense: Dense | None = None,
        *,
        histories: Histories | None = None,
        triples: Sequence[Triple] = (),
        models: Models | None = None,
        rules: Rules | None = None,
        options: Options | None = None,
        families: Families | None = None,
        answers: Answers | None = None,
    ) -> None:
        """Build the sources that need no vectors. `dense` may still be empty, or None.

        `histories` are everybody's interactions, `triples` a knowledge graph from a file, `models` what was learned,
        `answers` the documents that answer questions beside the catalogue.
        `families` are given by `changed` only. Raises RulesError where `rules` name what the catalogue lacks.
        """
        self.catalogue = catalogue
        self.options = options or Options()
        learned = models if models is not None else Models()
        self.families = families or Families(catalogue, dense, histories, triples, learned, self.options)
        self._rules = rules or Rules()
        self.answers = Answers() if answers is None else answers
        bound = BoundRules(catalogue, self._rules)
        graph, self._factors, self._free = self.families.graph, bound.factors, bound.free
        self._choice = Choice(catalogue, graph, self.families.tail, self.options, bound.pinned)
        words, values = self.families.lexical.rows_with, self.families.values
        self._requests = Requests(catalogue, graph, words, bound.free, values)

    def changed(self, catalogue: Catalogue, dense: Dense | None, answers: Answers | None = None) -> Engine:
        """The engine of a snapshot that `Catalogue.changed` made: only the appended rows are read.

        `dense` is that of the snapshot; `answers` take the place of those that are there. This engine stays as it is
        for the turns that are under way.
        """
        families = self.families.changed(catalogue, dense)
        answers = self.answers if answers is None else answers
        return Engine(catalogue, dense, rules=self._rules, options=self.options, families=families, answers=answers)

    def learned(self, histories: Histories, models: Models) -> Engine:
        """The same engine over other histories and what was learned from them; words are shared."""
        families = self.families.learned_from(histories, models)
        return Engine(
            self.catalogue, rules=self._rules, options=self.options, families=families, answers=self.answers
        )

    def under(self, options: Options) -> Engine:
        """The same engine with other options: milliseconds, everything else is shared."""
        families = self.families.under(options)
        return Engine(self.catalogue, rules=self._rules, options=options, families=families, answers=self.answers)

    @property
    def graph(self) -> Graph:
        """Items and the entities that they are joined to."""
        return self.families.graph

    def features(self, query: Query, found: Sequence[Ranking]) -> Features:
        """What a trained ranker reads of everything that was found for the history of a query."""
        return self.families.behaviour.features(found, self._requests.read(query).person)

    def mask(self, constraints: Sequence[Constraint]) -> Flags:
        """Which rows of the catalogue are alive and meet all constraints, shape (n,). Raises UnknownValue."""
        return self._requests.mask(tuple(constraints))

    def count(self, constraints: Sequence[Constraint]) -> int:
        """How many items meet all constraints. Raises UnknownValue."""
        return int(np.count_nonzero(self.mask(constraints)))

    def knows(self, word: str) -> bool:
        """Whether some item has the word in its title, its texts or its values."""
        return len(self.families.lexical.rows_with(word)) > 0

    def rows_with(self, word: str) -> Rows:
        """The rows that have the word there, ascending."""
        return self.families.lexical.rows_with(word)

    def search(self, query: Query, clock: Clock | None = None) -> list[Ranking]:
        """By the words: dense (as far as it is built), lexical and phrases; and what is popular, recent or rare.

        A `clock` is told what each family took; so below.
        """
        return self.families.by_text(self._requests.read(query), clock or Clock())

    def history(self, query: Query, clock: Clock | None = None) -> list[Ranking]:
        """By what the person liked before, and others like them; nothing without a history."""
        return self.families.by_people(self._requests.read(query), clock or Clock())

    def expand(self, query: Query, clock: Clock | None = None) -> list[Ranking]:
        """By the graph: near each liked item, having what is wanted, near the wanted names of a group (people).

        And by a walk from all of it, and near the profile p'.
        """
        return self.families.by_graph(self._requests.read(query), clock or Clock())

    def slate(self, query: Query, found: Sequence[Ranking], clock: Clock | None = None) -> Slate:
        """The items to show, out of what the sources found.

        Every item meets the constraints, and none is excluded, liked or disliked. Where nothing meets them, the
        fewest and softest are left out, `relaxed` names them and the nearest items are shown. Where the sources found
        too few, the best known and best of all allowed items fill up, so the slate is full whenever enough match.
        Items that pass an exclusion only because they are unknown come after all others.
        """
        return self._slate(self._requests.read(query), found, clock or Clock())

    def speaking(self, query: Query, slate: Slate) -> Slate:
        """`slate` without items that have nothing of what was said, where enough have it: three tents, no helmet."""
        if self.catalogue.schema.vocabulary or not query.text.strip() or query.liked or query.wanted:
            return slate
        rows = np.asarray([self.catalogue.row(item.id) for item in slate.items], np.int32)
        covered = self.families.lexical.covered(query.text, rows)
        if np.count_nonzero(covered >= TELLING) < ENOUGH:
            return slate
        kept = [r for r, share in zip(slate.recommendations, covered.tolist(), strict=True) if share > 0]
        return replace(slate, recommendations=tuple(kept))

    def recommend(self, query: Query) -> Slate:
        """The slate of all sources at once."""
        return self.timed(query).slate

    def timed(self, query: Query) -> Timed:
        """The same with the milliseconds that every stage took."""
        clock = Clock()
        with clock("encode"):
            self.families.encode(query.text)
        with clock("constraints"):
            request = self._requests.read(query)
        found = self.families.all(request, clock)
        return Timed(self._slate(request, found, clock), clock.ms)

    def explain(self, query: Query, item_ids: Sequence[ItemId]) -> list[Recommendation]:
        """Why these items would be recommended under this query, in the order given. Raises UnknownItem."""
        rows = [self.catalogue.row(item_id) for item_id in item_ids]
        asked = replace(
            query,
            liked=tuple(item_id for item_id in query.liked if item_id not in item_ids),
            exclude=query.exclude - frozenset(item_ids),
        )
        request = self._requests.read(asked)
        found = self.families.all(request, Clock())
        missing = [row for row in rows if not any(row in ranking.rows for ranking in found)]
        if missing:
            # Too far behind to be among a source's best: what it says of them alone.
            these = np.zeros(len(self.catalogue), np.bool_)
            these[missing] = True
            alone = replace(request, allowed=replace(request.allowed, rows=these))
            found += self.families.all(alone, Clock())
        heeded = self.families.heeded(request)
        found = found if heeded is None else [*found, heeded.ranking]
        adjusted = self._adjusted(request, found, rows, heeded)
        top = max(float(adjusted.scores.max(initial=0.0)), 1e-9)
        told = cache(lambda: reasons(found, rows))
        return [self._recommendation(row, adjusted, top, request, told) for row in rows]

    def answer(self, question: Question) -> Answer:
        """Count, compare or list what the catalogue says, without what rules hide. Raises UnknownValue."""
        met = self.mask(question.constraints)
        if self._free is not None:
            met &= self._free
        return answer(self.catalogue, met, self.families.popularity.prior, question)

    def absent(self, query: Query, item_id: ItemId, because: Because = UNSAID) -> Absence:
        """Why an item is not on the slate of a query. Raises UnknownItem and UnknownValue.

        `because` tells which excluded items were shown, seen or named; take the query as it was for the slate that is
        meant, without what that slate itself then excluded.
        """
        row = self.catalogue.row(item_id)
        request, words = self._requests.read(query), self.families.lexical.rows_with
        return absence(
            self.catalogue,
            request,
            row,
            because,
            self._free,
            words,
            lambda: self._pool(request, self.families.all(request, Clock()), [row]),
            lambda rows: self.families.graph.likeness(np.asarray(rows, np.int32)),
        )

    def inquiry(
        self, query: Query, found: Sequence[Ranking] | None = None, asked: AbstractSet[str] = frozenset()
    ) -> Inquiry | None:
        """The question back that would tell most about which item is wanted; None where none tells enough.

        `found` is what the sources brought for the slate (None: they are asked anew), `asked` are attributes that
        need no question.
        """
        request = self._requests.read(query)
        rankings = self.families.all(request, Clock()) if found is None else found
        return inquiry(self.catalogue, self._pool(request, rankings), asked)

    def _pool(self, request: Request, found: Sequence[Ranking], others: Sequence[int] = ()) -> Pool:
        """What the slate of a request is chosen from, `others` among it in any case."""
        heeded = self.families.heeded(request)
        found = found if heeded is None else [*found, heeded.ranking]
        adjusted = self._adjusted(request, found, others, heeded)
        wishes = self._wishes(request, heeded)
        return Pool(request, adjusted, found, lambda: self._choice.choose(adjusted, request, wishes))

    def _wishes(self, request: Request, heeded: Heeded | None) -> Wishes:
        wishes = Wishes.of(request, self.options)
        if heeded is not None or self.families.learned(request):
            # The ranker's order is unlike from person to person already: see `fuse_learned`.
            wishes = replace(wishes, diversity=wishes.diversity**WITHIN)
        return wishes

    def _slate(self, request: Request, found: Sequence[Ranking], clock: Clock) -> Slate:
        with clock("talk"):
            heeded = self.families.heeded(request)
        found = found if heeded is None else [*found, heeded.ranking]
        wishes = self._wishes(request, heeded)
        with clock("fusion"):
            adjusted = self._adjusted(request, found, heeded=heeded)
        with clock("diversity"):
            chosen = self._choice.choose(adjusted, request, wishes)
        with clock("facts"):
            scores = adjusted.scores[np.searchsorted(adjusted.rows, chosen)]
            top = float(scores.max(initial=0.0)) or 1.0
            told = cache(lambda: reasons(found, chosen))
            shown = tuple(self._recommendation(row, adjusted, top, request, told) for row in chosen)
            around = [ranking for ranking in found if ranking.source in {"graph", "pagerank"}]
            shares = self.families.profile(request, around).shares
        return Slate(shown, request.allowed.relaxed, request.matching, shares)

    def _adjusted(
        self, request: Request, found: Sequence[Ranking], others: Sequence[int] = (), heeded: Heeded | None = None
    ) -> Adjusted:
        """What each row is worth for this request: what the sources found, and the best known of what is allowed."""
        prior = self.families.popularity.prior
        if request.allowed.relaxed:
            near = nearness(self.catalogue, request.allowed.relaxed)
            prior = np.maximum(prior * near, LEAST).astype(np.float32)
        spare = reserve(request, prior, max(self.options.pool, request.query.size or 0))
        fused = self._fused(request, found, np.concatenate([spare, np.asarray(others, np.int32)]), heeded)
        novelty = self.options.novelty if request.query.novelty is None else request.query.novelty
        return adjust(
            fused,
            request,
            novelty,
            self.catalogue,
            self.families.graph,
            self.families.popularity,
            self._factors,
            self._worded(request, fused.rows),
        )

    def _worded(self, request: Request, rows: Rows) -> list[tuple[str, Factors]]:
        """What the words of a request are worth in each of `rows`.

        A packaged vocabulary reads what words mean; where there is none they are what is asked for.
        """
        if self.catalogue.schema.vocabulary:
            return []
        lexical, found = self.families.lexical, list[tuple[str, Factors]]()
        if text := request.query.text.strip():
            found.append(("lexical", 1 + SAID * lexical.covered(text, rows).astype(np.float64)))
        for word in _kept_away(request.allowed.kept):
            without = np.isin(rows, lexical.rows_without(word))
            if without.any():
                found.append(("lexical", np.where(without, 1 + FREE, 1.0)))
        return found

    def _fused(self, request: Request, found: Sequence[Ranking], others: Rows, heeded: Heeded | None) -> Fused:
        """By what dialogues taught, or by the ranker that histories trained, where they can; else by the ranks."""
        if heeded is not None:
            query = request.query
            more = query.text.strip() or query.history or query.wanted or request.liked
            ranked = fuse(found, others, self.options.weights)
            beside = self.options.beside_talk if more else 0.0
            return fuse_heeded(heeded.ranking, ranked, beside, heeded.explained)
        ranker = self.families.models.ranker
        if ranker is not None and self.families.learned(request):
            with suppress(MissingPackage):
                # Whoever trained had LightGBM; without it here the ranks decide.
                known = {name.partition(".")[0] for name in ranker.names}
                read = [ranking for ranking in found if ranking.source in known]
                behaviour = self.families.behaviour
                features = behaviour.features(read, request.person)
                wishes = Wishes.of(request, self.options)
                crowding = Crowding(behaviour.exposure[features.rows], wishes.diversity, wishes.size)
                return fuse_learned(ranker, features, others, crowding)
        return fuse(found, others, self.options.weights)

    def _recommendation(
        self, row: int, adjusted: Adjusted, top: float, request: Request, told: Callable[[], Reasons]
    ) -> Recommendation:
        item, schema = self.catalogue.items[row], self.catalogue.schema
        query, kept = request.query, request.allowed.kept

        def facts() -> Iterator[Fact]:
            yield from self.families.lexical.denials(row, _kept_away(kept))
            yield from told()[row]
            yield from request_facts(item, schema, query)
            yield from catalogue_facts(item, schema)

        score = float(adjusted.scores[np.searchsorted(adjusted.rows, row)]) / top
        shares = Shares(lambda: adjusted.contributions(row, top))
        return Recommendation(item, min(score, 1.0), Facts(facts), _unknown(item, schema, kept), shares)


def _kept_away(constraints: Sequence[Constraint]) -> list[str]:
    """The words that no text may claim."""
    return [value for c in constraints if c.attribute == TEXT and c.op is Op.NONE for value in c.values]


def _unknown(item: Item, schema: Schema, constraints: Sequence[Constraint]) -> tuple[str, ...]:
    """The relations that exclusions asked about and that are not known for the item."""
    asked = (c.attribute for c in constraints if c.op is Op.NONE and c.values)
    relations = chain.from_iterable(map(schema.relations_of, asked))
    return tuple(dict.fromkeys(relation for relation in relations if not item.names(relation)))
