"""Sentences made from Facts without a model, in English and Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from palate.agent import wording
from palate.agent.reading import Reading
from palate.agent.state import DialogueState, Guess, Intent
from palate.domain import Fact, Item, Recommendation, Slate

_SHARED = {"director": "director", "writer": "writer", "cast": "actor"}
_SHARED_ZH = {"director": "导演", "writer": "编剧", "cast": "演员"}


def about(recommendation: Recommendation, language: str) -> str:
    """One sentence that names the item, what it is, and why it is there."""
    item = recommendation.item
    return _about_zh(item, recommendation) if language == "zh" else _about_en(item, recommendation)


def _about_en(item: Item, recommendation: Recommendation) -> str:
    kind = wording.kind(item, _asked(recommendation), "en")
    article = "an" if kind[0] in "aeiou" else "a"
    parts = [f"{item.title} ({item.year}) is {article} {kind}"]
    if item.names("director"):
        parts.append(f"directed by {wording.listing(item.names('director')[:2], 'en')}")
    return " ".join(parts) + f"; {reason(recommendation, 'en')}."


def _about_zh(item: Item, recommendation: Recommendation) -> str:
    kind = wording.kind(item, _asked(recommendation), "zh")
    by = f"由 {'、'.join(item.names('director')[:2])} 执导的" if item.names("director") else "一部"
    return f"《{item.title}》（{item.year}）是{by}{kind}，{reason(recommendation, 'zh')}。"


def _asked(recommendation: Recommendation) -> set[str]:
    """Values that the person asked for and the item has."""
    return {fact.value for fact in recommendation.facts if fact.relation == "asked_for"}


def reason(recommendation: Recommendation, language: str) -> str:
    """Why the item is there, from its Facts, as a clause."""
    shared: dict[str, list[Fact]] = {}
    for fact in recommendation.facts:
        if fact.relation.startswith("shares:") and fact.relation[7:] in _SHARED and fact.about:
            shared.setdefault(fact.about, []).append(fact)
    if shared:
        other, facts = max(shared.items(), key=lambda entry: len(entry[1]))
        rated = any(f.relation == "liked_with" and f.about == other for f in recommendation.facts)
        return _shares(other, facts, language, rated=rated)
    if kinds := _kinds(recommendation):
        other, genres = kinds
        names = [wording.value("genre", name, language) for name in genres[:2]]
        if language == "zh":
            return f"和《{other}》同属{'、'.join(names)}类"
        return f"with {other} it shares the genres {wording.listing(names, 'en')}"
    liked = [f.about for f in recommendation.facts if f.relation == "liked_with" and f.about]
    if liked:
        return f"和你喜欢的《{liked[0]}》接近" if language == "zh" else f"it is close to {liked[0]}, which you liked"
    return _standing(recommendation.item, language)


def _kinds(recommendation: Recommendation) -> tuple[str, list[str]] | None:
    """The item that it has two genres or more in common with, and those genres."""
    shared: dict[str, list[str]] = {}
    for fact in recommendation.facts:
        if fact.relation == "shares:genre" and fact.about:
            shared.setdefault(fact.about, []).append(fact.value)
    best = max(shared.items(), key=lambda entry: len(entry[1]), default=None)
    return best if best and len(best[1]) > 1 else None


def _shares(other: str, facts: Sequence[Fact], language: str, *, rated: bool) -> str:
    people: dict[str, list[str]] = {}
    for fact in facts:
        people.setdefault(fact.relation[7:], []).append(fact.value)
    if language == "zh":
        said = [f"{_SHARED_ZH[r]} {'、'.join(dict.fromkeys(names[:2]))}" for r, names in people.items()]
        return f"和{'你喜欢的' if rated else ''}《{other}》有共同的{'，'.join(said[:2])}"
    said = [
        f"its {_SHARED[r]}{'s' if len(names) > 1 else ''} {wording.listing(names[:2], 'en')}"
        for r, names in people.items()
    ]
    return f"with {other}{', which you liked,' if rated else ''} it shares {wording.listing(said[:2], 'en')}"


def _standing(item: Item, language: str) -> str:
    score, reviews = item.number("score"), item.number("reviews")
    if score is not None and reviews:
        if language == "zh":
            return f"{reviews:.0f} 篇影评中 {score:.0f}% 是好评"
        return f"{score:.0f} % of {reviews:.0f} critics' reviews are good"
    return "符合你的要求" if language == "zh" else "it fits what you asked for"


def notes(
    reading: Reading, state: DialogueState, slate: Slate, last_year: int, *, nothing_found: bool = False
) -> list[str]:
    """What must be said before the recommendations: what was assumed, is missing, or could not be met."""
    zh = state.language == "zh"
    said = []
    for assumed in reading.assumed:
        meant, written = assumed.split(" ← ")
        said.append(f"我把“{written}”理解为 {meant}。" if zh else f"I read “{written}” as {meant}.")
    for name in reading.unknown[:2]:
        said.append(f"片库里没有“{name}”，这一点我先略过。" if zh else f"I do not know “{name}”, so I left it out.")
    said += [_guess(guess, last_year, zh=zh) for guess in reading.guesses[:2]]
    if nothing_found and slate.recommendations:
        said.append(
            "暂时没有线索可循，先给你几部有名且口碑好的。"
            if zh
            else "That gives me nothing to search by, so these are well-known films that critics liked."
        )
    if slate.relaxed:
        wishes = [wording.constraint(wish, state.language) for wish in slate.relaxed]
        if zh:
            said.append(f"没有影片满足全部条件；放宽以下条件（{'、'.join(wishes)}）之后，最接近的是这些。")
        else:
            said.append(
                f"Nothing here meets all of that. I left out some of it ({'; '.join(wishes)}); these come nearest."
            )
    elif state.constraints and slate.matching > 0 and len(slate.recommendations) < 5:
        count = len(slate.recommendations)
        if zh:
            said.append(f"符合全部条件、还没给你看过的只有这 {count} 部。")
        else:
            films = "film meets all of that and is" if count == 1 else "films meet all of that and are"
            said.append(f"Only {count} {films} new to you.")
    return said


def _guess(guess: Guess, last_year: int, *, zh: bool) -> str:
    name = f"《{guess.title}》" if zh else guess.title + (f" ({guess.year})" if guess.year else "")
    kind = [
        wording.value(e.relation, e.value, "zh" if zh else "en")
        for e in guess.kind
        if e.relation in {"genre", "director", "country"}
    ]
    ends = guess.year is not None and guess.year > last_year
    if zh:
        why = f"（片库到 {last_year} 年为止）" if ends else ""
        return f"片库里没有{name}{why}。" + (
            f"按它的类型（{'、'.join(kind[:4])}）猜，这些可能合适。" if kind else "下面只是猜测。"
        )
    why = f", which ends in {last_year}" if ends else ""
    return f"{name} is not in this catalogue{why}. " + (
        f"Going by its kind ({', '.join(kind[:4])}), these are my guess." if kind else "What follows is a guess."
    )


def no_slate(intent: Intent, language: str, *, reset: bool = False) -> str:
    """The reply of a turn that recommends nothing."""
    zh = language == "zh"
    if intent is Intent.GREET:
        return (
            "你好！说说你喜欢的电影、想看的类型、年代或演员，我来推荐。"
            if zh
            else "Hello! Tell me a film you liked, or a genre, a decade, a person, and I will pick a few."
        )
    if intent is Intent.THANK:
        return "不客气，想换一批就告诉我。" if zh else "You are welcome. Say “more” for other picks."
    if intent is Intent.RESET or reset:
        return "好的，重新开始。想看什么？" if zh else "All right, we start afresh. What are you in the mood for?"
    return (
        "这个我帮不上忙，我只推荐电影。可以告诉我你喜欢的影片、类型、年代或演员。"
        if zh
        else "I can only help with films. Tell me a film you liked, a genre, a decade or a person."
    )


def nothing_left(language: str) -> str:
    """No item at all could be shown."""
    return (
        "没有可以推荐的影片了，试试放宽条件。"
        if language == "zh"
        else "There is nothing left to show under these wishes; try to loosen one."
    )


def why(recommendation: Recommendation, language: str) -> list[str]:
    """The reasons for one item, then its facts, in two or three sentences."""
    item = recommendation.item
    said = [about(recommendation, language)]
    cast, runtime = item.names("cast")[:3], item.number("runtime")
    if language == "zh":
        parts = ([f"主演有 {'、'.join(cast)}"] if cast else []) + ([f"片长 {runtime:.0f} 分钟"] if runtime else [])
        standing = _standing(item, language)
        parts += [standing] if standing not in said[0] else []
        return [*said, "，".join(parts) + "。"] if parts else said
    parts = ([f"It stars {wording.listing(cast, 'en')}"] if cast else []) + (
        [f"it runs {runtime:.0f} minutes"] if runtime else []
    )
    standing = _standing(item, language)
    parts += [standing] if standing not in said[0] else []
    text = "; ".join(parts)
    return [*said, text[0].upper() + text[1:] + "."] if parts else said
