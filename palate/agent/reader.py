"""The deterministic reader: a message and the dialogue state in, a `Reading` out. No language model.

Names, genres, origins, years, bounds, negations, places on the slate and comparisons are read by patterns in English
and Chinese. What the patterns cannot know (a plot, an unusual mood) is left in `Reading.words` for search by text, and
to the model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz, process

from palate.agent import cues
from palate.agent.attributes import meant, take_attributes
from palate.agent.draft import Draft, once, settled
from palate.agent.intents import INJECTION, OFF_TOPIC, RESET, intent_of, is_fresh
from palate.agent.lexicon import Lexicon
from palate.agent.linking import Linker, Mention
from palate.agent.naming import Naming, compared
from palate.agent.quantities import QuantityReader
from palate.agent.reading import Reading
from palate.agent.relative import comparisons
from palate.agent.state import DialogueState, Intent
from palate.agent.text import Span, apart, blanked, is_chinese, words
from palate.catalogue.catalogue import Catalogue
from palate.domain import ItemId, Op

_FORGET = re.compile(
    r"\b(?:forget(?: about| what i said about)?|never ?mind(?: about)?|ignore what i said about|drop (?:the|that|this)"
    r"|remove the|no need for)\b([^,.;!?]*?)(?=[,.;!?]|\bbut\b|$)"
    r"|\b(?:doesn['’]?t|don['’]?t|needn['’]?t) (?:have to |need to )?be\b([^,.;!?]*)"
    r"|(?:不用管|忘掉|去掉|别管|不限)([^，。；！？]*)|([\u3400-\u9fff]{1,6}?)(?:不限|无所谓|就算了|都可以)",
    re.I,
)
_FORGOTTEN = {
    "runtime": re.compile(r"\b(?:length|runtime|running time|how long|minutes)\b|片长|时长|长度", re.I),
    "year": re.compile(r"\b(?:years?|decades?|dates?|age|period|era)\b|年份|年代|时间", re.I),
    "score": re.compile(r"\b(?:scores?|ratings?|reviews)\b|评分|分数", re.I),
    "genre": re.compile(r"\bgenres?\b|类型", re.I),
    "country": re.compile(r"\b(?:country|countries|origin)\b|国家|地区", re.I),
    "language": re.compile(r"\blanguages?\b|语言", re.I),
}
_FILLER_ZH = re.compile(
    r"[我你他她的了吗呢吧啊想要看找来部个一些点几有没什么电影片推荐请给帮好喜欢可以能不能今晚适合类似像这那和跟最也都很再更，。！？、\s]+"
)


_SHORTENED = (
    (re.compile(r"\bw/o\b", re.I), "without"),
    (re.compile(r"\bw/ ?(?=\w)", re.I), "with "),
    (re.compile(r"\b(coen|wachowski|russo|farrelly|dardenne|marx) bros\b\.?", re.I), r"\1 brothers"),
)


class Reader:
    """Reads messages about one catalogue."""

    def __init__(self, catalogue: Catalogue, lexicon: Lexicon, linker: Linker) -> None:
        self._catalogue = catalogue
        self._lexicon = lexicon
        self._naming = Naming(catalogue)
        self.linker = linker
        self._quantities = QuantityReader()

    def read(self, text: str, state: DialogueState) -> Reading:
        """What `text` says, given what was said before."""
        clean = _in_full(INJECTION.sub(" ", text))
        language = "zh" if is_chinese(text) else "en"
        if RESET.search(clean):
            return Reading(intent=Intent.RESET, language=language)
        forget, clean = self._forgotten(clean)
        clean = self._spelled(clean)
        bounds = self._quantities.find(clean)
        mentions = [
            m for m in self.linker.link(clean) if (m.sure and m.kind != "unknown") or apart(m.start, m.end, bounds)
        ]
        taken = [Span(m.text, m.start, m.end) for m in mentions]
        quantities = [q for q in bounds if apart(q.start, q.end, taken)]
        taken += [Span("", q.start, q.end) for q in quantities]
        hits = [h for h in self._lexicon.find(clean) if apart(h.start, h.end, taken)]
        draft = Draft()
        focus = self._focus(clean, state, mentions)
        intent = (
            Intent.RECOMMEND
            if forget
            else intent_of(clean, state, mentions, hits, quantities, focus, self._catalogue)
        )
        if intent in {Intent.GREET, Intent.THANK, Intent.OFF_TOPIC}:
            return Reading(
                intent=intent,
                language=language,
                substance=intent is not Intent.OFF_TOPIC or bool(OFF_TOPIC.search(clean)),
            )
        if intent is Intent.WHY:
            return Reading(intent=intent, language=language, focus=focus or state.focus or state.slate[:1])
        spans = sorted(
            [Span(m.text, m.start, m.end) for m in mentions]
            + [Span(h.text, h.start, h.end) for h in hits]
            + [Span("", m.start(), m.end()) for m in cues.PRONOUN.finditer(clean)],
            key=lambda span: span.start,
        )
        # Bounds are blanked, so that the "no" of "no R-rated" is not taken for what follows.
        against = frozenset(spans[i].start for i in cues.negated(blanked(clean, quantities), spans))
        self._naming.take_items(clean, state, mentions, against, draft)
        self._naming.take_people(clean, state, mentions, against, draft)
        take_attributes(clean, hits, against, draft)
        draft.constraints += [q.constraint for q in quantities]
        stated = {q.constraint.attribute for q in quantities}
        pointed = focus or compared(clean, mentions)
        draft.constraints += [
            c for c in comparisons(clean, state, pointed, self._catalogue) if c.attribute not in stated
        ]
        self._take_focus(clean, state, focus, draft)
        leftover = self._leftover(clean, [*taken, *(Span("", h.start, h.end) for h in hits)])
        slots = (
            bool(draft.liked)
            + bool(draft.wanted)
            + len({c.attribute for c in draft.constraints if c.op is not Op.NONE})
        )
        return Reading(
            intent=intent,
            language=language,
            fresh=bool(state.slate) and is_fresh(clean, slots, focus),
            anchored=bool(set(focus) & set(draft.liked)),
            liked=once(draft.liked),
            disliked=once(draft.disliked),
            seen=once(draft.seen),
            named=once(draft.named),
            wanted=once(draft.wanted),
            unwanted=once(draft.unwanted),
            constraints=settled(draft.constraints),
            forget=forget,
            focus=focus,
            guesses=tuple(draft.guesses),
            people=once(draft.people),
            unknown=once(draft.unknown),
            assumed=once(draft.assumed),
            words=leftover,
            substance=bool(
                slots
                or draft.constraints
                or draft.unwanted
                or draft.disliked
                or draft.guesses
                or focus
                or intent is Intent.MORE
            ),
        )

    # intent and places on the slate

    def _focus(self, text: str, state: DialogueState, mentions: Sequence[Mention]) -> tuple[ItemId, ...]:
        """The items of the slate that the message points at, by place or by title."""
        if not state.slate:
            return ()
        by_title = tuple(m.items[0] for m in mentions if m.kind == "item" and m.items[0] in state.slate)
        places = tuple(state.slate[place] for place in cues.ordinals(text, len(state.slate)))
        return once(by_title + places)

    def _take_focus(self, text: str, state: DialogueState, focus: Sequence[ItemId], draft: Draft) -> None:
        """What is said of items on the slate: "I've seen the first", "the second one but funnier", "not that one"."""
        if state.slate and not focus and cues.ALL_SEEN.search(text):
            draft.seen += state.slate
            return
        pointed = [i for i in focus if i not in draft.named]
        if (
            not focus
            and state.slate
            and re.search(
                r"\b(?:not|seen|saw|hated?|don['’]?t like) (?:this|that|these|those|it|them)\b|看过了|不喜欢这",
                text,
                re.I,
            )
        ):
            pointed = list(state.focus or state.slate)
        for item_id in pointed:
            if re.search(r"\b(?:seen|saw|watched)\b|看过", text, re.I):
                draft.seen.append(item_id)
            elif re.search(
                r"\b(?:not (?!only)|no |hated?|dislike|don['’]?t (?:like|want)|except|boring)\b|不要|不喜欢|讨厌",
                text,
                re.I,
            ) and not re.search(r"\blike the|similar|more like|but\b", text, re.I):
                draft.disliked.append(item_id)
            else:
                draft.liked.append(item_id)

    def _forgotten(self, text: str) -> tuple[tuple[str, ...], str]:
        """What "forget what I said about horror" withdraws, and the rest of the message."""
        values: list[str] = []
        for match in _FORGET.finditer(text):
            said = next((group for group in match.groups() if group), "")
            values += [attribute for attribute, pattern in _FORGOTTEN.items() if pattern.search(said)]
            values += [person for m in self.linker.link(said) for person in m.people]
            for hit in self._lexicon.find(said):
                meaning = meant(said, hit)
                values += [*meaning.genres, *meaning.countries, *meaning.languages]
        return once(values), _FORGET.sub(" ", text) if values else text

    def _spelled(self, text: str) -> str:
        """`text` with mistyped words of the lexicon put right; words that stand in some name are left alone."""
        for word in reversed(words(text)):
            odd = word.fold not in self._lexicon.common and word.fold not in self.linker.index.vocabulary
            if odd and word.fold.isalpha() and len(word.fold) > 4 and not self._lexicon.knows(word.fold):
                hit = process.extractOne(word.fold, self._lexicon.spellings, scorer=fuzz.ratio, score_cutoff=85)
                if hit:
                    text = text[: word.start] + hit[0] + text[word.end :]
        return text

    def _leftover(self, text: str, taken: Sequence[Span]) -> str:
        """The uncommon words that nothing else explains."""
        kept = [
            w.text
            for w in words(text)
            if w.fold not in self._lexicon.common and len(w.fold) > 2 and apart(w.start, w.end, taken)
        ]
        chinese = _FILLER_ZH.sub(" ", re.sub(r"[^\u3400-\u9fff]+", " ", blanked(text, taken))).strip()
        return " ".join([*kept[:30], *(part for part in chinese.split()[:10] if len(part) > 1)])


def _in_full(text: str) -> str:
    """`text` with what people shorten when they type: w/, w/o, bros."""
    for pattern, full in _SHORTENED:
        text = pattern.sub(full, text)
    return text
