"""The deterministic reader: a message and the dialogue state in, a `Reading` out. No language model.

Names, genres, origins, years, bounds, negations, places on the slate and comparisons are read by patterns in English
and Chinese. What the patterns cannot know (a plot, an unusual mood) is left in `Reading.words` for search by text, and
to the model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeVar

from rapidfuzz import fuzz, process

from palate.agent import cues
from palate.agent.lexicon import Hit, Lexicon, Meaning
from palate.agent.linking import Linker, Mention, same_name
from palate.agent.quantities import Quantity, QuantityReader
from palate.agent.reading import Reading
from palate.agent.relative import comparisons
from palate.agent.state import DialogueState, Guess, Intent
from palate.agent.text import Span, is_chinese, words
from palate.catalogue.catalogue import Catalogue
from palate.domain import Constraint, Entity, ItemId, Op

_WHY = re.compile(
    r"\bwhy\b|\bhow come\b|what makes|tell me (?:more )?about|(?:what['’]?s|what is) (?:it|this|that|the \w+ one) about"
    r"|who (?:directed|wrote|made|stars|acts|is in|plays|['’]s in)|how long is|when was|what year|more details"
    r"|为什么|為什麼|为啥|为何|介绍一下|讲什么|讲的是|谁导演|谁拍|谁演|导演是谁|多长|哪一?年|详细",
    re.I,
)
_WHY_REQUEST = re.compile(r"\bwhy not\b|为什么不", re.I)
_MORE = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|hmm+|no|nah|great|cool|good|thanks)[,.! ]+)?(?:(?:can|could) (?:you|i) )?(?:please )?(?:(?:show|give|get|see|have)(?: me| us)? )?"
    r"(?:(?:some|a few|any|five|5) )?(?:more|another(?: one| few| five)?|others?|something (?:else|different)|anything else|what else|next(?: one)?"
    r"|different (?:ones?|films?|movies?)|other (?:ones?|options|films?|movies?|suggestions)|keep going|again)"
    r"(?: (?:please|options|films?|movies?|suggestions|ones|recommendations|like (?:these|those|that|this)))?\W*$"
    r"|换一批|换一换|换一部|换几部|还有吗|还有别的|还有其他|还有没有|再来|再推荐|其他的|别的呢|下一批|更多",
    re.I,
)
_RESET = re.compile(
    r"\bstart (?:over|again|afresh)\b|\bforget (?:everything|all of (?:it|that)|it all)\b|\breset\b|重新开始|从头|重来|忘掉(?:一切|所有)",
    re.I,
)
_FORGET = re.compile(
    r"\b(?:forget(?: about| what i said about)?|never ?mind(?: about)?|ignore what i said about|drop (?:the|that|this)"
    r"|remove the|no need for)\b([^,.;!?]*?)(?=[,.;!?]|\bbut\b|$)"
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
_INJECTION = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.!?]{0,30}\b(?:instructions?|rules|prompts?|guidelines)\b[^.!?]*|system prompt|忽略[^。]{0,12}(?:指令|指示|提示|规则)",
    re.I,
)
_GREET = re.compile(
    r"^\W*(?:hi|hello|hey|yo|hiya|good (?:morning|evening|afternoon)|howdy|你好|您好|嗨|哈喽|哈囉|早上好|晚上好|在吗)(?: there| palate| again)?\W*$",
    re.I,
)
_THANK = re.compile(
    r"^\W*(?:(?:ok(?:ay)?|great|perfect|cool)[,! ]*)?(?:thanks?|thank you|thx|ty|cheers|谢谢|多谢|感谢)(?: (?:a lot|so much|very much|you))?[^?？]{0,20}$",
    re.I,
)
_OFF_TOPIC = re.compile(
    r"\b(?:weather|forecast|my order|order (?:status|number)|refund|package|parcel|delivery|password|invoice|stock price|recipes?|restaurants?"
    r"|capital of|translate|python|javascript|homework|essay|poem|joke|election|bitcoin|flight|hotel|who are you|your name"
    r"|are you (?:an? )?(?:ai|bot|human|robot)|what can you do|\d+ ?[+*/x] ?\d+)\b|天气|订单|快递|退货|退款|密码|股票|菜谱|航班|酒店|你是谁|翻译|写代码|笑话",
    re.I,
)
_REQUEST = re.compile(
    r"\b(?:want|looking|look for|recommend(?:ation)?s?|suggest(?:ion)?s?|show|find|give|i['’]?d like|mood|watch|films?|movies?|something|anything|tonight|pick"
    r"|cinema|flicks?|surprise|best|feeling|feel like|need|bored|evening|date night|similar|what about|how about|stuff|title)\b"
    r"|想看|推荐|推薦|来一?[部个点些]|来几部|找|电影|電影|片|看什么|看点|有没有|有什么|类似|随便|好看|心情|今晚",
    re.I,
)
_NEW_REQUEST = re.compile(
    r"\b(?:i want(?: to (?:watch|see))?|i['’]?d like|looking for|look for|recommend|suggest|show me|find me|give me|in the mood for|now|i loved?|i need)\b"
    r"|想看|推荐|推薦|来一?[部点些]|找一?[部点些]|我喜欢|换成",
    re.I,
)
_CONTINUES = re.compile(
    r"^\W*(?:and|but|also|or|no|not|without|only|just|with|from|in|by|more|make it|what about|how about|any|preferably|ideally)\b"
    r"|\b(?:instead|too|as well|ones?|these|those|them|it|him|her|older|newer|shorter|longer|funnier|rather|same)\b"
    r"|再|更|换|那|一点|的呢|也要|还要|而且|最好|只要|不要",
    re.I,
)
_MY_FAMILY = re.compile(r"\b(?:my|our|the|your|whole)\s+(?:whole )?$|(?:全|我)$|和$|跟$", re.I)
_SPOKEN = re.compile(r"\b(?:in|speaking|spoken|subtitled in)\s*$", re.I)
_SETTING = re.compile(r"\b(?:set|takes? place|happens?|about|in love with)(?: in)?(?: the)?\s*$", re.I)
_ALTERNATIVES = re.compile(
    r"\s*(?:films?|movies?|片|电影)?\s*(?:,|/|、|\bor\b|或者?|还是|,\s*or)\s*(?:an? |some )?", re.I
)
_PLURAL_AND = re.compile(r"s\s*(?:films?|movies?)?\s*(?:and|,|&)\s*$", re.I)
_FILLER_ZH = re.compile(
    r"[我你他她的了吗呢吧啊想要看找来部个一些点几有没什么电影片推荐请给帮好喜欢可以能不能今晚适合类似像这那和跟最也都很再更，。！？、\s]+"
)


_T = TypeVar("_T")


@dataclass(slots=True)
class _Draft:
    """A reading while it is put together."""

    liked: list[ItemId] = field(default_factory=list)
    disliked: list[ItemId] = field(default_factory=list)
    seen: list[ItemId] = field(default_factory=list)
    named: list[ItemId] = field(default_factory=list)
    wanted: list[Entity] = field(default_factory=list)
    unwanted: list[Entity] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    guesses: list[Guess] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)


class Reader:
    """Reads messages about one catalogue."""

    def __init__(self, catalogue: Catalogue, lexicon: Lexicon, linker: Linker) -> None:
        self._catalogue = catalogue
        self._lexicon = lexicon
        self.linker = linker
        self._quantities = QuantityReader()

    def read(self, text: str, state: DialogueState) -> Reading:
        """What `text` says, given what was said before."""
        clean = _INJECTION.sub(" ", text)
        language = "zh" if is_chinese(text) else "en"
        if _RESET.search(clean):
            return Reading(intent=Intent.RESET, language=language)
        forget, clean = self._forgotten(clean)
        clean = self._spelled(clean)
        bounds = self._quantities.find(clean)
        mentions = [
            m for m in self.linker.link(clean) if m.sure or all(m.end <= q.start or m.start >= q.end for q in bounds)
        ]
        mentions = [
            m for m in mentions if m.kind != "unknown" or all(m.end <= q.start or m.start >= q.end for q in bounds)
        ]
        taken = [Span(m.text, m.start, m.end) for m in mentions]
        quantities = [q for q in bounds if _apart(q.start, q.end, taken)]
        taken += [Span("", q.start, q.end) for q in quantities]
        hits = [h for h in self._lexicon.find(clean) if _apart(h.start, h.end, taken)]
        draft = _Draft()
        focus = self._focus(clean, state, mentions)
        intent = Intent.RECOMMEND if forget else self._intent(clean, state, mentions, hits, quantities, focus)
        if intent in {Intent.GREET, Intent.THANK, Intent.OFF_TOPIC}:
            return Reading(
                intent=intent,
                language=language,
                substance=intent is not Intent.OFF_TOPIC or bool(_OFF_TOPIC.search(clean)),
            )
        if intent is Intent.WHY:
            return Reading(intent=intent, language=language, focus=focus or state.focus or state.slate[:1])
        spans = sorted(
            [Span(m.text, m.start, m.end) for m in mentions]
            + [Span(h.text, h.start, h.end) for h in hits]
            + [Span("", m.start(), m.end()) for m in cues.PRONOUN.finditer(clean)],
            key=lambda span: span.start,
        )
        against = frozenset(spans[i].start for i in cues.negated(_without(clean, quantities), spans))
        self._take_items(clean, state, mentions, against, draft)
        self._take_people(clean, state, mentions, against, draft)
        self._take_words(clean, hits, against, draft)
        draft.constraints += [q.constraint for q in quantities]
        draft.constraints += comparisons(clean, state, focus or self._compared(clean, mentions), self._catalogue)
        self._take_focus(clean, state, focus, draft)
        leftover = self._leftover(clean, [*taken, *(Span("", h.start, h.end) for h in hits)])
        said = [*draft.words, leftover] if leftover else draft.words
        slots = (
            bool(draft.liked)
            + bool(draft.wanted)
            + len({c.attribute for c in draft.constraints if c.op is not Op.NONE})
        )
        return Reading(
            intent=intent,
            language=language,
            fresh=bool(state.slate) and _is_fresh(clean, draft, slots, focus),
            anchored=bool(set(focus) & set(draft.liked)),
            liked=_once(draft.liked),
            disliked=_once(draft.disliked),
            seen=_once(draft.seen),
            named=_once(draft.named),
            wanted=_once(draft.wanted),
            unwanted=_once(draft.unwanted),
            constraints=_settled(draft.constraints),
            forget=forget,
            focus=focus,
            guesses=tuple(draft.guesses),
            people=_once(draft.people),
            unknown=_once(draft.unknown),
            assumed=_once(draft.assumed),
            words=" ".join(said).strip(),
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

    def _intent(
        self,
        text: str,
        state: DialogueState,
        mentions: Sequence[Mention],
        hits: Sequence[Hit],
        quantities: Sequence[Quantity],
        focus: Sequence[ItemId],
    ) -> Intent:
        nothing = not (mentions or hits or quantities)
        pointed = bool(focus or cues.THIS_ONE.search(text) or cues.PRONOUN.search(text)) or nothing
        if (
            state.slate
            and _WHY.search(text)
            and not _WHY_REQUEST.search(text)
            and pointed
            and not (quantities or hits)
        ):
            return Intent.WHY
        if state.slate and nothing and _MORE.search(text):
            return Intent.MORE
        if nothing and _GREET.search(text):
            return Intent.GREET
        if nothing and _THANK.search(text):
            return Intent.THANK
        vague = not hits and not quantities and all(m.kind == "unknown" or not m.sure for m in mentions)
        if vague and not focus and not cues.PRONOUN.search(text) and _OFF_TOPIC.search(text):
            return Intent.OFF_TOPIC
        asks = _REQUEST.search(text) or cues.PRONOUN.search(text) or comparisons(text, state, focus, self._catalogue)
        if nothing and not focus and not asks:
            return Intent.OFF_TOPIC
        return Intent.RECOMMEND

    def _focus(self, text: str, state: DialogueState, mentions: Sequence[Mention]) -> tuple[ItemId, ...]:
        """The items of the slate that the message points at, by place or by title."""
        if not state.slate:
            return ()
        by_title = tuple(m.items[0] for m in mentions if m.kind == "item" and m.items[0] in state.slate)
        places = tuple(state.slate[place] for place in cues.ordinals(text, len(state.slate)))
        return _once(by_title + places)

    def _compared(self, text: str, mentions: Sequence[Mention]) -> tuple[ItemId, ...]:
        """Films that something is to be older, shorter … than: "older than Psycho"."""
        return tuple(
            m.items[0]
            for m in mentions
            if m.kind == "item" and re.search(r"\bthan\s*[\"“]?$|比$", text[: m.start].rstrip(" 《"), re.I)
        )

    # names

    def _take_items(
        self, text: str, state: DialogueState, mentions: Sequence[Mention], against: frozenset[int], draft: _Draft
    ) -> None:
        compared = self._compared(text, mentions)
        for mention in mentions:
            if mention.kind == "elsewhere" and mention.elsewhere:
                film = mention.elsewhere
                kind = [Entity(relation, value) for relation, values in film.kind.items() for value in values]
                if cues.sentiment(text, mention.start, mention.end) not in {"disliked", "seen"}:
                    draft.guesses.append(Guess(title=film.title, year=film.year, kind=tuple(kind)))
            if mention.kind == "unknown":
                draft.unknown.append(mention.text.strip())
            if mention.kind != "item":
                continue
            draft.named += mention.items
            title = self._catalogue.get(mention.items[0]).title
            if not mention.sure and not same_name(mention.text, title):
                draft.assumed.append(f"{title} ← {mention.text.strip()}")
            if self._take_role(text, mention, draft) or mention.items[0] in compared:
                continue
            feeling = cues.sentiment(text, mention.start, mention.end)
            if feeling == "disliked" or (mention.start in against and feeling != "liked"):
                draft.disliked += mention.items
            elif feeling == "seen" and not re.search(r"similar|like|类似|像|想看|love", text, re.I):
                draft.seen += mention.items
            else:
                draft.liked += mention.items[:3]

    def _take_role(self, text: str, mention: Mention, draft: _Draft) -> bool:
        """Read `the director of X`: the person is meant, not the film."""
        before, after = cues.ROLE_OF.search(text[: mention.start]), cues.ROLE_OF_AFTER.search(text[mention.end :])
        said = next((group for match in (before, after) if match for group in match.groups() if group), None)
        if not said:
            return False
        relation = {
            "writer": "writer",
            "screenwriter": "writer",
            "wrote": "writer",
            "编剧": "writer",
            "編劇": "writer",
        }.get(said.lower())
        relation = relation or ("director" if said.lower() in {"director", "directed", "made", "导演"} else "cast")
        people = self._catalogue.get(mention.items[0]).names(relation)[:2]
        for person in people:
            self._ask_for_person(text, person, relation, draft)
        return bool(people)

    def _ask_for_person(self, text: str, person: str, relation: str, draft: _Draft) -> None:
        draft.people.append(person)
        if cues.SIMILAR_TOO.search(text):
            draft.wanted.append(Entity(relation, person))
        else:
            draft.constraints.append(Constraint(relation, Op.ANY, (person,)))

    def _take_people(
        self, text: str, state: DialogueState, mentions: Sequence[Mention], against: frozenset[int], draft: _Draft
    ) -> None:
        named = [m for m in mentions if m.kind == "person"]
        joined_and = len(named) > 1 and bool(
            re.search(r"\b(?:and|both)\b|和|跟", text[named[0].end : named[-1].start], re.I)
        )
        role: str | None = None
        for mention in named:
            before, after = text[: mention.start], text[mention.end :]
            first = mention.people[0]
            draft.people += mention.people
            if not mention.sure and mention.text.lower() not in first.lower() and not same_name(mention.text, first):
                draft.assumed.append(f"{first} ← {mention.text.strip()}")
            if mention.start in against:
                draft.constraints.append(Constraint("person", Op.NONE, mention.people))
                continue
            said = next((r for r, cue in cues.ROLE.items() if cue.search(before)), None)
            said = said or next((r for r, cue in cues.ROLE_AFTER.items() if cue.search(after)), None)
            if cues.FONDNESS.search(before) or (cues.SIMILAR_TOO.search(text) and not said):
                draft.wanted += [Entity(self._main_role(person), person) for person in mention.people]
                continue
            role = said or (role if role and re.search(r"(?:,|and|or|和|、|&)\s*$", before) else None)
            relation = self._held_role(first, role)
            if cues.SIMILAR_TOO.search(text):
                known = relation if relation != "person" else self._main_role(first)
                draft.wanted += [Entity(known, person) for person in mention.people]
            else:
                every = joined_and and relation in {"cast", "person"}
                draft.constraints.append(Constraint(relation, Op.ALL if every else Op.ANY, mention.people))
        if not named and state.people and (pronoun := cues.PRONOUN.search(text)):
            who = state.people[0]
            if pronoun.start() in against:
                draft.constraints.append(Constraint("person", Op.NONE, (who,)))
            elif (
                re.search(
                    r"\b(?:by|with|from|starring|of)\s+$|(?:more|another|other).*$", text[: pronoun.start()], re.I
                )
                or "的" in text
            ):
                draft.constraints.append(Constraint("person", Op.ANY, (who,)))

    def _held_role(self, person: str, role: str | None) -> str:
        """The relation to ask for: the role said if the person ever held it, else the nearest one."""
        order = {"director": ("director", "writer", "cast"), "writer": ("writer", "director"), "cast": ("cast",)}
        if role == "any":
            return self._main_role(person)
        for relation in order.get(role or "", ()):
            if len(self._catalogue.rows_with(relation, person)):
                return relation
        return "person"

    def _main_role(self, person: str) -> str:
        counts = {r: len(self._catalogue.rows_with(r, person)) for r in self._catalogue.schema.relations_of("person")}
        if counts.get("director", 0) >= max(2, counts.get("cast", 0) // 4):
            return "director"
        return max(counts, key=lambda relation: counts[relation])

    # words

    def _take_words(self, text: str, hits: Sequence[Hit], against: frozenset[int], draft: _Draft) -> None:
        genres: list[tuple[Hit, tuple[str, ...]]] = []
        countries: list[str] = []
        languages: list[str] = []
        spoken_only = False
        for hit in hits:
            meaning = _meant(text, hit)
            no = hit.start in against
            if meaning.kind == "genre" and "Family" in meaning.genres and _MY_FAMILY.search(text[: hit.start]):
                meaning = Meaning("mood", genres=("Family",), against=("Horror",))
            if meaning.kind == "genre":
                if no:
                    draft.constraints.append(Constraint("genre", Op.NONE, meaning.genres))
                elif re.search(r"\b(?:less)\s*$|(?:少一?点|别太)$", text[: hit.start], re.I):
                    draft.unwanted += [Entity("genre", genre) for genre in meaning.genres]
                else:
                    genres.append((hit, meaning.genres))
                    countries += meaning.countries
                    draft.words.append(" ".join(meaning.genres))
            elif meaning.kind == "mood":
                toward, away = (meaning.against, meaning.genres) if no else (meaning.genres, meaning.against)
                draft.wanted += [Entity("genre", genre) for genre in ((), toward)[not no]]
                draft.unwanted += [Entity("genre", genre) for genre in away]
                if not no:
                    draft.words.append(hit.text)
            elif meaning.kind == "kids" and not no:
                draft.constraints.append(Constraint("genre", Op.ANY, ("Family", "Animation")))
                draft.constraints.append(Constraint("genre", Op.NONE, ("Horror",)))
                draft.constraints.append(Constraint("rating", Op.NONE, ("R", "NC-17", "X")))
            elif meaning.kind == "violent":
                draft.unwanted += [
                    Entity("genre", genre) for genre in ("Horror", "War", "Action", "Crime", "Thriller")
                ]
            elif meaning.kind == "foreign":
                draft.constraints.append(Constraint("language", Op.NONE if not no else Op.ANY, ("English",)))
            elif meaning.kind in {"adjective", "place", "speech"} and not _SETTING.search(text[: hit.start]):
                if no:
                    attribute, values = (
                        ("country", meaning.countries) if meaning.countries else ("language", meaning.languages)
                    )
                    draft.constraints.append(Constraint(attribute, Op.NONE, values))
                else:
                    spoken_only = spoken_only or (
                        meaning.kind == "adjective" and bool(meaning.countries) and not meaning.languages
                    )
                    countries += meaning.countries
                    languages += meaning.languages
        if countries:
            draft.constraints.append(Constraint("country", Op.ANY, _once(countries)))
        if languages and not (spoken_only and countries):
            draft.constraints.append(Constraint("language", Op.ANY, _once(languages)))
        if genres:
            draft.constraints.append(_genre_constraint(text, genres))

    def _take_focus(self, text: str, state: DialogueState, focus: Sequence[ItemId], draft: _Draft) -> None:
        """What is said of items on the slate: "I've seen the first", "the second one but funnier", "not that one"."""
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
                meaning = _meant(said, hit)
                values += [*meaning.genres, *meaning.countries, *meaning.languages]
        return _once(values), _FORGET.sub(" ", text) if values else text

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
            if w.fold not in self._lexicon.common and len(w.fold) > 2 and _apart(w.start, w.end, taken)
        ]
        rest = list(text)
        for span in taken:
            rest[span.start : span.end] = " " * (span.end - span.start)
        chinese = _FILLER_ZH.sub(" ", re.sub(r"[^\u3400-\u9fff]+", " ", "".join(rest))).strip()
        return " ".join([*kept[:30], *(part for part in chinese.split()[:10] if len(part) > 1)])


def _meant(text: str, hit: Hit) -> Meaning:
    """The use of a word that has several: "in French" is the language, "French" the origin."""
    if len(hit.meanings) == 1:
        return hit.meanings[0]
    speech = next((m for m in hit.meanings if m.kind == "speech"), None)
    if speech and (
        _SPOKEN.search(text[: hit.start]) or re.match(r"[- ](?:language|speaking)", text[hit.end :], re.I)
    ):
        return speech
    return hit.meanings[0]


def _genre_constraint(text: str, genres: Sequence[tuple[Hit, tuple[str, ...]]]) -> Constraint:
    """All of the genres, unless they are offered as alternatives: "comedy or drama", "comedies and thrillers"."""
    values = _once(g for _, names in genres for g in names)
    gaps = [(text[: b.start], text[a.end : b.start]) for (a, _), (b, _) in pairwise(genres)]
    either = any(
        (_ALTERNATIVES.fullmatch(gap) and ("," not in gap or "or" in gap)) or _PLURAL_AND.search(before)
        for before, gap in gaps
    )
    return Constraint("genre", Op.ANY if either and len(values) > 1 else Op.ALL, values)


def _without(text: str, quantities: Sequence[Quantity]) -> str:
    """`text` with bounds blanked, so that the "no" of "no R-rated" is not taken for what follows."""
    for q in quantities:
        text = text[: q.start] + " " * (q.end - q.start) + text[q.end :]
    return text


def _is_fresh(text: str, draft: _Draft, slots: int, focus: Sequence[ItemId]) -> bool:
    if focus or _CONTINUES.search(text):
        return False
    return slots >= 2 or bool(slots and _NEW_REQUEST.search(text))


def _settled(constraints: Sequence[Constraint]) -> tuple[Constraint, ...]:
    """People asked for in one role become one constraint; what is both asked for and excluded is excluded."""
    merged: dict[tuple[str, Op], Constraint] = {}
    for c in constraints:
        key = (c.attribute, c.op)
        if c.op is Op.RANGE and key in merged:
            old = merged[key]
            lows = [b for b in (old.low, c.low) if b is not None]
            highs = [b for b in (old.high, c.high) if b is not None]
            merged[key] = replace(c, low=max(lows, default=None), high=min(highs, default=None))
        elif key in merged:
            merged[key] = replace(c, values=_once(merged[key].values + c.values))
        else:
            merged[key] = c
    excluded = {(c.attribute, v) for c in merged.values() if c.op is Op.NONE for v in c.values}
    result = []
    for c in merged.values():
        kept = (
            c.values
            if c.op in {Op.NONE, Op.RANGE}
            else tuple(v for v in c.values if (c.attribute, v) not in excluded)
        )
        if kept or c.op is Op.RANGE:
            result.append(replace(c, values=kept))
    return tuple(result)


def _apart(start: int, end: int, taken: Sequence[Span]) -> bool:
    return all(end <= span.start or start >= span.end for span in taken)


def _once(values: Iterable[_T]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(values))
