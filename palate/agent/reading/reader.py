"""The deterministic reader: a message and the dialogue state in, a `Reading` out. No language model.

Names, values, origins, bounds, negations, places on the slate and comparisons are read by patterns in English and
Chinese; which of them count follows from the catalogue's schema and its own values. What the patterns cannot know (a
plot, an unusual mood, a quality that no column has) is left in `Reading.words` for search by text, and to the model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from palate.agent.context import last_year
from palate.agent.quantities.numerals import in_digits
from palate.agent.quantities.quantities import QuantityReader
from palate.agent.quantities.turning import without_denied
from palate.agent.reading import cues
from palate.agent.reading.acts import UNDO, Seen, act_of, indifferent, is_fresh, settled_act
from palate.agent.reading.answered import answered
from palate.agent.reading.asking import Asking
from palate.agent.reading.attributes import take_attributes
from palate.agent.reading.audience import Audience
from palate.agent.reading.changing import changes_kind, corrected, outdated
from palate.agent.reading.draft import Draft, once, put_away, said_firmly, settled, take_focus
from palate.agent.reading.forgetting import Forgetting
from palate.agent.reading.glossary import Glossary
from palate.agent.reading.injected import sifted
from palate.agent.reading.intents import Intents, Told, evidence_of
from palate.agent.reading.lexicon import Hit, Lexicon
from palate.agent.reading.linking import Linker, Mention
from palate.agent.reading.naming import Naming, compared
from palate.agent.reading.parts import Parts, covered
from palate.agent.reading.pointing import focus, shown, without_places
from palate.agent.reading.reading import Reading
from palate.agent.reading.relative import Relative
from palate.agent.reading.roles import Roles
from palate.agent.reading.script import is_traditional, simplified
from palate.agent.reading.shopping import OTHER_MAKER, WITHOUT_OF, for_children, other_makers
from palate.agent.reading.spelling import Spelling, in_full
from palate.agent.reading.talking import CHAT, OFF_TOPIC, RESET
from palate.agent.reading.topics import topics
from palate.agent.reading.unlinked import Loose, Unlinked
from palate.agent.reading.values import ValueIndex
from palate.agent.reading.wanting import Wanting
from palate.agent.reading.whole import is_whole
from palate.agent.reading.withdrawing import Withdrawing
from palate.agent.state import ANSWERED, SMALL_TALK, Act, DialogueState
from palate.agent.text import Placed, Span, apart, blanked, is_chinese
from palate.catalogue.catalogue import Catalogue, Rows
from palate.domain import TEXT, Constraint, ItemId, Op, Sort
from palate.retrieval.asking.question import Question

_BRACKETED = re.compile(r"[(（](?:18|19|20)\d\d[)）]")
_BUT = re.compile(r"\b(?:but|only|just|except)\b|但|不过|只是|就是", re.I)


class Reader:
    """Reads messages about one catalogue."""

    def __init__(
        self,
        catalogue: Catalogue,
        lexicon: Lexicon,
        linker: Linker,
        knows: Callable[[str], bool] | None = None,
        rows: Callable[[str], Rows] | None = None,
        intents: Intents | None = None,
    ) -> None:
        """Build what the catalogue is read with.

        `knows` says whether a folded word stands in some item's texts, `rows` in which.
        """
        self._glossary = Glossary()
        self._quantities = QuantityReader(
            catalogue.schema, lexicon.vocabulary, self._glossary.names, last_year(catalogue)
        )
        self._forgetting = Forgetting(catalogue.schema, self._glossary)
        self._asking = Asking(catalogue.schema, self._glossary, lexicon.vocabulary)
        self._follow(catalogue, lexicon, linker, ValueIndex(catalogue, lexicon, self._glossary))
        self._knows, self._rows = knows, rows
        self._intents = intents or Intents()
        self._traditional = is_traditional(map(catalogue.title, range(len(catalogue))))

    def changed(
        self,
        catalogue: Catalogue,
        lexicon: Lexicon,
        linker: Linker,
        knows: Callable[[str], bool],
        rows: Callable[[str], Rows],
        differing: Collection[str],
    ) -> Reader:
        """The reader of a later snapshot, in which values of the `differing` relations came or went."""
        new = object.__new__(Reader)
        new._glossary, new._quantities, new._forgetting = self._glossary, self._quantities, self._forgetting
        new._asking, new._traditional, new._intents = self._asking, self._traditional, self._intents
        new._follow(catalogue, lexicon, linker, self._values.changed(catalogue, lexicon, differing))
        new._knows, new._rows = knows, rows
        return new

    def _follow(self, catalogue: Catalogue, lexicon: Lexicon, linker: Linker, values: ValueIndex) -> None:
        """Build what is made anew for every snapshot, as little as it is."""
        self._catalogue = catalogue
        self._lexicon = lexicon
        self._roles = Roles(catalogue, lexicon.vocabulary)
        self._naming = Naming(catalogue, linker.index.names, self._roles)
        self.linker = linker
        self._values = values
        self._wanting = Wanting(catalogue, self._values)
        self._audience = None if lexicon.vocabulary else Audience(catalogue, lexicon.everyday)
        self._relative = Relative(catalogue, lexicon.vocabulary)
        self._unlinked = Unlinked(catalogue, lexicon, self._glossary)
        self._withdrawing = Withdrawing(self._forgetting, self._quantities, linker, lexicon, values, self._unlinked)
        told = [] if lexicon.vocabulary else [*values.spellings, *self._glossary.spellings]
        self._spelling = Spelling((*lexicon.spellings, *told), self._is_word, inflected=lexicon.titles_tell)

    def read(self, text: str, state: DialogueState) -> Reading:
        """What `text` says, given what was said before."""
        heard, language = sifted(text), "zh" if is_chinese(text) else "en"
        if heard.nothing:
            return Reading(act=Act.OUT_OF_SCOPE, language=language, ordered=True)
        clean = in_full(heard.text if self._traditional else simplified(heard.text))
        if RESET.search(clean):
            return Reading(act=Act.RESET, language=language)
        if self._lexicon.titles_tell:
            # "Do you have" denies nothing.
            clean = clean.replace("有没有", "有木有")
        clean = in_digits(clean)
        others = bool(state.slate and self._lexicon.titles_tell and OTHER_MAKER.search(clean))
        clean = OTHER_MAKER.sub(" ", clean) if others else clean
        forget, clean = self._withdrawing.find(clean, state)
        clean = self._spelling.corrected(clean)
        parts = self._parts(clean, state)
        pointed = focus(
            blanked(clean, parts.quantities),
            state,
            parts.mentions,
            parts.entities(self._roles.group),
            self._catalogue,
        )
        draft = Draft()
        searched = self._fill(draft, clean, state, parts, pointed)
        seen = self._seen(clean, state, parts, pointed, draft)
        if not forget and indifferent(clean, state, seen):
            return Reading(act=Act.RECOMMEND, language=language, whole=True)
        told = Told(Act.RECOMMEND) if others or forget else self._tell(clean, state, seen)
        act = told.act
        if act is Act.UNDO:
            forget, act = self._withdrawing.held(clean, state), Act.RECOMMEND
            draft.without(forget)
        draft.constraints = [c for c in draft.constraints if c.attribute not in forget]
        undo = told.act is Act.UNDO and not forget and not seen.wishes and bool(state.past or state.slate)
        if undo or (forget and not (draft.constraints or draft.wanted or draft.liked)):
            return Reading(act=Act.UNDO, language=language, forget=forget, undo=undo)
        if act in SMALL_TALK or act is Act.OUT_OF_SCOPE:
            known = act is not Act.CHAT or bool(CHAT.search(clean))
            return Reading(act=act, language=language, substance=known, whole=self._whole(clean, parts))
        if act in ANSWERED:
            return answered(act, language, clean, state, seen)
        searched = put_away(clean, state, pointed, draft, searched, rejects=act is Act.REJECT)
        relative = {c.attribute for c in parts.compared.constraints if c in draft.constraints}
        taken_back = [*self._taken_back(state, parts.loose, draft), *(relative & set(state.compared))]
        taken_back += corrected(clean, state, draft)
        if self._lexicon.titles_tell:
            draft.constraints += other_makers(self._catalogue, pointed or state.slate) if others else []
            children = self._lexicon.everyday["audience"]["children"]["values"]
            draft.wanted += for_children(clean, self._catalogue, children)
            taken_back += outdated(clean, state, draft, parts.loose, self._catalogue, relative)
        # "French" is one wish, though it asks for a country and a language.
        origins = dict.fromkeys(self._catalogue.schema.sorted_as(Sort.COUNTRY, Sort.LANGUAGE), "origin")
        slots = (
            bool(draft.liked)
            + bool(draft.wanted)
            + len({origins.get(c.attribute, c.attribute) for c in draft.constraints if c.op is not Op.NONE})
        )
        kinds = self._catalogue.schema.sorted_as(Sort.CATEGORY)
        kind = bool(draft.liked or draft.wanted or any(c.attribute in kinds for c in draft.constraints))
        fresh = (
            bool(state.slate)
            and (is_fresh(clean, slots, bool(pointed), kind=kind) if told.fresh is None else told.fresh)
            and bool(slots or not draft.constraints)
            and not (self._lexicon.titles_tell and parts.only_bounds)
        )
        anchored = bool(set(pointed) & set(draft.liked))
        wishes = bool(draft.constraints or draft.wanted or draft.unwanted or draft.guesses or searched or forget)
        wishes = wishes or bool(
            parts.compared.spans or set(draft.liked) - set(pointed) or draft.disliked or draft.seen
        )
        return Reading(
            act=settled_act(act, state, fresh=fresh, anchored=anchored, wishes=wishes),
            language=language,
            fresh=fresh,
            anchored=anchored,
            liked=once(draft.liked),
            disliked=once(draft.disliked),
            seen=once(draft.seen),
            named=once(draft.named),
            wanted=once(draft.wanted),
            unwanted=once(draft.unwanted),
            constraints=settled(draft.constraints),
            forget=once((*forget, *taken_back)),
            compared=tuple(sorted(relative)),
            focus=pointed,
            guesses=tuple(draft.guesses),
            people=once(draft.people),
            unknown=once(draft.unknown),
            assumed=once(draft.assumed),
            words=searched,
            adds=self._lexicon.titles_tell
            and not draft.asked
            and not changes_kind(taken_back, state)
            and not any(c.attribute in kinds and c.op in {Op.ANY, Op.ALL} for c in draft.constraints),
            whole=not (draft.guesses or draft.unknown) and self._whole(clean, parts),
            substance=bool(
                slots
                or draft.constraints
                or draft.unwanted
                or draft.disliked
                or draft.guesses
                or pointed
                or act is Act.MORE
                or (searched and self._lexicon.titles_tell)
            ),
        )

    def _tell(self, clean: str, state: DialogueState, seen: Seen) -> Told:
        """What the person does: patterns say, and the classifier that has heard more words than they know."""
        undone = bool(UNDO.search(clean)) and not seen.wishes and bool(state.past or state.slate)
        by_patterns = Act.UNDO if undone else act_of(clean, state, seen)
        return self._intents.tell(evidence_of(clean, state, seen, by_patterns), state, seen)

    def _parts(self, clean: str, state: DialogueState) -> Parts:
        """Everything that is found in a message, none of it on the same characters."""
        # The year in "Up (2009)" tells films apart; it asks for none of that year.
        every = self._quantities.find(clean)
        dates = [q for q in every if _BRACKETED.fullmatch(clean, max(q.start - 1, 0), q.end + 1)]
        bounds = [q for q in every if q not in dates]
        linked = self.linker.link(clean)
        linked += [m for m in shown(clean, state, self._catalogue, self._plain) if apart(m.start, m.end, linked)]
        linked.sort(key=lambda mention: mention.start)
        own = self._values.find(clean, self.linker.index.names)
        mentions = [
            m
            for m in linked
            if ((m.sure and m.kind != "unknown") or apart(m.start, m.end, [*bounds, *own]))
            and not self._is_value(m, own)
        ]
        taken: list[Span] = [Span(m.text, m.start, m.end) for m in mentions]
        quantities = [q for q in bounds if apart(q.start, q.end, taken)]
        taken += [Span("", q.start, q.end) for q in (*quantities, *dates)]
        quantities = without_denied(clean, quantities, self._catalogue)
        hits = [h for h in self._lexicon.find(clean) if apart(h.start, h.end, taken)]
        taken += [Span("", h.start, h.end) for h in hits]
        values = [v for v in own if apart(v.start, v.end, taken)]
        taken += [Span("", v.start, v.end) for v in values]
        people = (
            [f for f in self._audience.find(clean) if apart(f.start, f.end, taken) or f.text in "女男童"]
            if self._audience
            else []
        )
        taken += [Span("", f.start, f.end) for f in people]
        against = focus(blanked(clean, quantities), state, mentions, (), self._catalogue) or compared(clean, mentions)
        if not against and (self._lexicon.titles_tell or _BUT.search(clean)):
            against = tuple(m.items[0] for m in mentions if m.kind == "item")[:1]
        wishes = [Constraint(*self._any_of(v)) for v in values] or list(state.constraints)
        relative = self._relative.find(clean, state, against, wishes, taken, self._things(clean, taken))
        loose = self._unlinked.find(clean, [*taken, *relative.spans] if self._lexicon.titles_tell else taken)
        return Parts(mentions, quantities, hits, values, people, relative, loose)

    def _things(self, clean: str, taken: Sequence[Span]) -> Rows | None:
        """The rows that speak of the things that are named and that no value is: "the cheapest lamp"."""
        if self._rows is None or not self._lexicon.titles_tell:
            return None
        named = [word for word in self._unlinked.find(clean, taken) if word.thing and word.thing.belongs]
        return self._rows(named[-1].english) if named else None

    def _any_of(self, hit: Hit) -> tuple[str, Op, tuple[str, ...]]:
        relation, names = self._values.relation_of(hit.meanings[0].values)
        return relation, Op.ANY, names

    def _is_value(self, mention: Mention, values: Sequence[Hit]) -> bool:
        """Whether a mention is just words of the catalogue's values: an item called "Backpack" is not meant."""
        if mention.kind == "person" or not self._lexicon.titles_tell:
            return False
        return any(v.start <= mention.start and mention.end <= v.end for v in values)

    def _fill(self, draft: Draft, clean: str, state: DialogueState, parts: Parts, pointed: tuple[ItemId, ...]) -> str:
        """Put what was found into the draft; give back the search text."""
        tells = self._lexicon.titles_tell
        kept_away = parts.loose if tells else []
        places: list[Placed] = [*parts.mentions, *parts.hits, *parts.values, *parts.people, *kept_away]
        spans = [Span("", place.start, place.end) for place in places]
        spans += [Span("", m.start(), m.end()) for m in cues.PRONOUN.finditer(clean)]
        spans.sort(key=lambda span: span.start)
        # Bounds are blanked, so that the "no" of "no R-rated" is not taken for what follows.
        flat = blanked(clean, [*parts.quantities, *(parts.compared.spans if tells else ())])
        against = frozenset(spans[i].start for i in cues.negated(flat, spans))
        if tells:
            against = frozenset(start for start in against if not WITHOUT_OF.search(flat[:start]))
        self._naming.take_items(clean, state, parts.mentions, against, draft)
        self._naming.take_people(clean, state, parts.mentions, against, draft)
        take_attributes(clean, parts.hits, against, self._lexicon.kin, draft)
        named = [loose for loose in kept_away if loose.start not in against and self._known([loose])]
        self._wanting.take(clean, parts.values, against, draft, named)
        left = self._audience.take(parts.people, against, draft) if self._audience else []
        draft.constraints += [said_firmly(clean, q) for q in parts.quantities]
        stated = {q.constraint.attribute for q in parts.quantities}
        draft.constraints += [c for c in parts.compared.constraints if c.attribute not in stated]
        take_focus(clean, state, pointed, draft)
        if not tells:
            return " ".join(
                [*(loose.text for loose in parts.loose), *draft.about, *topics(clean, [*parts.places, *parts.loose])]
            )
        away = [loose for loose in parts.loose if loose.start in against]
        forbidden = [
            w for loose in away if not self._unlinked.hedged(clean, loose) for w in self._unlinked.excluded(loose)
        ]
        if forbidden:
            draft.constraints.append(Constraint(TEXT, Op.NONE, once(forbidden)))
        positive = [w for w in parts.loose if w.start not in against and not cues.ALLOWED_AFTER.match(clean[w.end :])]
        if not parts.values:
            families = [
                self._values.family(w.thing.family) for w in positive if w.thing and w.thing.belongs and self._sold(w)
            ]
            draft.wanted += [family for family in families[-1:] if family]
        said = [v for v in parts.values if v.start not in against]
        searched = self._unlinked.searched([*positive, *said, *left])
        return " ".join(dict.fromkeys([*" ".join(draft.asked).split(), *searched.split()]))

    def _whole(self, clean: str, parts: Parts) -> bool:
        """Whether nothing is said beside what was found; a loose word of goods is found where some texts have it."""
        if any(mention.kind == "unknown" for mention in parts.mentions):
            return False
        told = self._knows if self._lexicon.titles_tell else None
        loose = [word for word in parts.loose if told and told(word.english)]
        return is_whole(without_places(clean), [*parts.places, *loose])

    def _known(self, loose: Sequence[Loose]) -> bool:
        """Whether one of the loose words is known to the glossary or to the catalogue."""
        if not self._lexicon.titles_tell:
            return False
        vocabulary = self.linker.index.vocabulary
        return any(
            word.thing is not None
            or word.text.lower() in vocabulary
            or word.english in vocabulary
            or (self._knows is not None and self._knows(word.english))
            for word in loose
        )

    def _sold(self, word: Loose) -> bool:
        """Whether some item speaks of it: where no skirt is sold, other clothes come near; no fishing for a gardener."""
        return self._knows is None or self._knows(word.english)

    def _taken_back(self, state: DialogueState, loose: Sequence[Loose], draft: Draft) -> list[str]:
        """Words that were kept away and are now asked for."""
        away = {value for c in state.constraints if c.attribute == TEXT for value in c.values}
        again = {value for c in draft.constraints if c.attribute == TEXT for value in c.values}
        return [word.english for word in loose if word.english in away - again]

    def _seen(
        self, clean: str, state: DialogueState, parts: Parts, pointed: tuple[ItemId, ...], draft: Draft
    ) -> Seen:
        """What was recognised in a message, as the acts are told by."""
        asking = self._asking
        loose = [w for w in parts.loose if not covered(w, OFF_TOPIC.finditer(clean))]
        return Seen(
            names=tuple(parts.mentions),
            values=bool(parts.hits or parts.values or parts.people),
            words=self._known(loose),
            bounds=bool(parts.quantities),
            compares=bool(parts.compared.constraints),
            focus=pointed,
            rest=without_places(blanked(clean, [m for m in parts.mentions if m.kind == "item"])),
            theirs=parts.theirs([self._catalogue.get(i) for i in pointed]),
            shopping=self._lexicon.titles_tell,
            columns=asking.columns(clean),
            asks=asking.asks(clean),
            about=asking.about(clean),
            yes_or_no=asking.yes_or_no(clean),
            wishes_said=settled(draft.constraints),
            question=self._question(clean, state, settled(draft.constraints)),
        )

    def _question(self, clean: str, state: DialogueState, constraints: tuple[Constraint, ...]) -> Question | None:
        """The question about the catalogue in a message; "he" is who was asked for before, else spoken of last."""
        if cues.THEIRS.search(clean):
            constraints = self._roles.of_them(constraints, state)
        return self._asking.question(clean, constraints, state.slate, state.constraints)

    def _plain(self, folded: str) -> bool:
        """Whether a folded word is an everyday one or names a value, so that it cannot tell an item of the slate."""
        return folded in self._lexicon.common or self._lexicon.knows(folded) or self._values.knows(folded)

    def _is_word(self, folded: str) -> bool:
        """Whether something knows the folded word, so that it is not mistyped."""
        known = folded in self._lexicon.common or folded in self.linker.index.vocabulary
        known = known or self._lexicon.knows(folded) or self._values.knows(folded)
        return known or bool(self._knows and self._knows(folded))
