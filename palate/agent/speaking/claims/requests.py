"""What the person is said to have asked for or to like: only what the dialogue state has."""

from __future__ import annotations

import re
from collections.abc import Iterable

from palate.agent.speaking.claims import allowed, people
from palate.agent.speaking.claims.attributes import spans
from palate.agent.speaking.claims.claim import Claim, ClaimKind, Standing
from palate.agent.speaking.claims.masked import SIGN, Masked, Mention
from palate.agent.speaking.claims.negation import governed
from palate.agent.speaking.claims.scene import Scene
from palate.agent.text import Span, words
from palate.domain import Entity, Measure, Op

_ASKED = re.compile(
    r"\b(?:(?:as|since|because|what|which|that|something|and|so) )?you(?:['’](?:d|ve|re)| have| had"
    r"| are| were)? (?:(?:also|once|just|said|say) )*(?:that )?(?:you )?"
    r"(?:ask(?:ed)?|want(?:ed)?|request(?:ed)?|look(?:ed|ing)|lik(?:ed?|ing)|lov(?:ed?|ing)"
    r"|enjoy(?:ed)?|mention(?:ed)?|said|prefer(?:red)?|wish(?:ed)?|need(?:ed)?|named|told|saw"
    r"|have seen|watched)\b[^,.;:!?，。；]*"
    r"|\byour (?:wish|request|taste|love|liking|preference)(?:es|s)? for\b[^,.;:!?]*"
    r"|(?:如|正如|因为|既然|按|照)?(?:你|您)(?:之前|刚才|也|曾|都)*(?:说过?|想要?|要求?|喜欢|爱看|找|提到|问)[^，。；：！？,.]*",
    re.I,
)
_PREDICTION = re.compile(r"\b(?:you(?:['’]ll| will| may| might| should| could| would)|if you)\b", re.I)
_BARE = re.compile(
    r"^(?:as|正?如)?\s*(?:you|你|您)\s*(?:asked|wanted|wished|requested|要求?|说|所愿)?(?:的)?\s*$", re.I
)
_SIZES: tuple[tuple[str, tuple[Measure, ...], bool], ...] = (
    (r"\bshort(?:er)?\b|短", (Measure.MINUTES,), False),
    (r"\blong(?:er)?\b|长", (Measure.MINUTES,), True),
    (r"\b(?:old(?:er)?|classic)\b|老|旧", (Measure.YEAR, Measure.DATE), False),
    (r"\b(?:new(?:er)?|recent|modern)\b|新", (Measure.YEAR, Measure.DATE), True),
    (r"\b(?:cheap(?:er)?|affordable|inexpensive)\b|便宜", (Measure.MONEY,), False),
    (r"\b(?:expensive|dear)\b|贵", (Measure.MONEY,), True),
)
_LIKING = re.compile(r"(?:\b(?:lik|lov|enjoy)\w*|喜欢|爱看)\s*的?\s*$", re.I)
_LIKED = re.compile(r"\byou[^.;]{0,12}?\b(?:lik|lov|enjoy|prefer)\w*|喜欢|爱看", re.I)
_OBJECT = re.compile(
    r"(?:[\s,，:：的了过看\"“‘《'「]|\b(?:the|a|an|film|films|movie|movies|one|ones|item|items|watching|both|all|such|as|like|and|also|too|so|much|before"
    r"|in|from|of|with|by)\b|像|那样|电影|影片|片子?|、|和|与)*",
    re.I,
)
"""Between "you liked" and the title that was liked."""
_NO_OBJECT = re.compile(
    r"\b(?:lik|lov|enjoy)\w*"
    r"(?:\s+(?:it|them|too|also|before|already|so much|very much|a lot|and|as well|in the past))*\s*$"
    r"|(?:喜欢|爱看)(?:它|过|的)*\s*$",
    re.I,
)
"""Whatever stands before it is what was liked."""
_NEAR = 12
"""Characters between a title and "which you liked"."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


def claims(masked: Masked, scene: Scene) -> list[Claim]:
    """What a sentence says of the person's own request; the clauses are blanked in it, not the titles in them."""
    said = []
    for match in list(_ASKED.finditer(masked.text)):
        start, end = match.span()
        if _PREDICTION.match(match.group().strip()):
            continue
        # A title of the slate ends the clause: what follows speaks of the item.
        slate = next((at for at, mention in masked.signs(start, end) if mention.place), None)
        end = slate if slate is not None else end
        text = masked.text[start:end]
        problem = _problem(text, start, masked, scene)
        if slate is not None and _LIKING.search(text):
            problem = _unspoken(masked.mention(masked.text[slate]), text, scene)
        problem = problem or (_beside(masked, start, end, scene) if _BARE.match(text) else "")
        standing = Standing.UNSUPPORTED if problem else Standing.SUPPORTED
        said.append(Claim(ClaimKind.REQUEST, start, end, text.strip(), standing, problem))
        # 你喜欢的《Heat》, "Heat, which you liked": the title still joins the item to it.
        kept = (
            {at for at, mention in masked.signs(start, end)}
            if not re.search(r"ask|want|request|look|要|找", text)
            else set()
        )
        for at in range(start, end):
            if at not in kept:
                masked.blank(at, at + 1)
    return said


def _beside(masked: Masked, start: int, end: int, scene: Scene) -> str:
    """What "as you asked" stands beside, before it or else after: some of it must have been asked for."""
    clause = max(masked.text.rfind(mark, 0, start) for mark in ";；。") + 1
    for beside in (masked.text[clause:start], masked.text[end:]):
        hits = [*spans(beside, scene), *people.found(beside, scene)]
        if hits:
            problems = [_values(beside[hit.start : hit.end], scene) for hit in hits]
            return "" if "" in problems else problems[0]
    return ""


def _problem(text: str, start: int, masked: Masked, scene: Scene) -> str:
    """What of a clause nobody has asked for; empty where all of it was said."""
    named = [masked.mention(sign.group()) for sign in re.finditer(SIGN, text)]
    if problem := _misplaced(text):
        return problem
    if re.search(r"\b(?:lik|lov|enjoy)|喜欢", text) and not named:
        named = [mention for at, mention in masked.signs(0, start) if start - at < _NEAR][-1:]
        if not named and _NO_OBJECT.search(text):
            return "nobody said they like it"
    for mention in named:
        if problem := _unspoken(mention, text, scene):
            return problem
    bare = re.sub(SIGN, " ", text)
    return _values(bare, scene) or _sizes(bare, scene) or _numbers(bare, scene) or _words(bare, scene)


def _misplaced(text: str) -> str:
    """What of a clause on liking speaks of its title in passing only: "which you liked because it is close to Heat".

    What is liked then is the item before it, and nobody said so.
    """
    verb, sign = _LIKED.search(text), re.search(SIGN, text)
    if verb is None or sign is None or sign.start() < verb.end():
        return ""
    between = text[verb.end() : sign.start()]
    return "" if _OBJECT.fullmatch(between) else f"nobody said they like it{between.rstrip()}"


def _unspoken(mention: Mention, text: str, scene: Scene) -> str:
    spoken_of = _spoken_of(mention.title, mention.item.id if mention.item else "", text, scene)
    return "" if spoken_of else f"nobody said they like {mention.title}"


def _spoken_of(title: str, item_id: str, text: str, scene: Scene) -> bool:
    state = scene.state
    told = any(f.about == title and f.source in {"history", "request"} for p in scene.slate for f in p.facts)
    told = told or any(f.about == title and f.relation == "liked_with" for p in scene.slate for f in p.facts)
    if told or title in {p.item.title for p in scene.slate if state is None}:
        return True
    if state is None:
        return title in scene.anchors and scene.anchors[title] is not None
    liked = re.search(r"\b(?:lik|lov|enjoy|prefer)|喜欢|爱", text, re.I)
    ids = state.liked if liked else (*state.liked, *state.disliked, *state.named, *state.seen)
    return item_id in ids or any(guess.title == title for guess in state.guesses)


def _wishes(scene: Scene) -> tuple[set[Entity], set[Entity]]:
    """What was asked for and what was not wanted, as values."""
    state = scene.state
    if state is None:
        return set(), set()
    schema = scene.wording.schema
    pairs = [
        (w.op is Op.NONE, r, v) for w in state.constraints for r in schema.relations_of(w.attribute) for v in w.values
    ]
    wanted = {Entity(r, v) for denied, r, v in pairs if not denied} | set(state.wanted)
    against = {Entity(r, v) for denied, r, v in pairs if denied} | set(state.unwanted)
    return wanted, against


def _values(text: str, scene: Scene) -> str:
    hits = sorted([*spans(text, scene), *people.found(text, scene)], key=lambda hit: hit.start)
    against = governed(text, hits)
    wanted, unwanted = _wishes(scene)
    said = sorted([*spans(scene.said, scene), *people.found(scene.said, scene)], key=lambda hit: hit.start)
    denied = governed(scene.said, said)
    heard = {(scene.said[h.start : h.end].casefold(), i in denied.targets) for i, h in enumerate(said)}
    for index, hit in enumerate(hits):
        word, negated = text[hit.start : hit.end], index in against.targets
        meant = set(_meant(hit, scene))
        if meant & (unwanted if negated else wanted):
            continue
        if meant & (wanted if negated else unwanted) or (word.casefold(), negated) not in heard:
            return f"nobody asked for “{word}”"
    return ""


def _meant(hit: object, scene: Scene) -> Iterable[Entity]:
    for meaning in getattr(hit, "meanings", ()):
        if isinstance(meaning, Entity):
            yield meaning
        else:
            yield from (*meaning.values, *meaning.spoken, *meaning.against)
    if isinstance(hit, Span):
        yield from (Entity(relation, hit.text) for relation in scene.named)


def _sizes(text: str, scene: Scene) -> str:
    for pattern, measures, up in _SIZES:
        match = re.search(pattern, text, re.I)
        if not match:
            continue
        if re.search(pattern, scene.said, re.I) and scene.state is None:
            continue
        names = scene.wording.schema.measuring(*measures)
        bounds = [w for w in (scene.state.constraints if scene.state else ()) if w.attribute in names]
        if not any((w.low if up else w.high) is not None for w in bounds):
            return f"nobody asked for “{match.group()}”"
    return ""


def _numbers(text: str, scene: Scene) -> str:
    said = set(_NUMBER.findall(scene.said))
    for wish in scene.state.constraints if scene.state else ():
        for bound in (wish.low, wish.high):
            if bound is not None:
                said |= {f"{at:g}" for at in (bound - 1, bound, bound + 1, round(bound))}
        said |= {number for value in wish.values for number in _NUMBER.findall(value)}
    missing = next((number for number in _NUMBER.findall(text) if number not in said), "")
    return f"nobody asked for {missing}" if missing else ""


def _words(text: str, scene: Scene) -> str:
    """Words that are neither the person's own nor any claim of a sentence."""
    heard = f"{scene.said} {scene.state.request if scene.state else ''}"
    own = {word.fold for word in words(heard)}
    own_words = allowed.glue("request")
    sizes = "|".join(pattern for pattern, *_ in _SIZES)
    left = re.sub(sizes, lambda m: " " * len(m.group()), text, flags=re.I)
    for span in (*spans(text, scene), *people.found(text, scene)):
        left = left[: span.start] + " " * (span.end - span.start) + left[span.end :]
    for word in words(left):
        if word.fold not in own | scene.glue | own_words["en"] and not word.fold.isdigit():
            return f"nobody asked for “{word.text}”"
    for phrase in sorted({*scene.glue_zh, *own_words["zh"]}, key=len, reverse=True):
        left = left.replace(phrase, " " * len(phrase))
    for run in _CHINESE.findall(left):
        if run not in heard:
            return f"nobody asked for “{run}”"
    return ""
