"""The reply: written by the model from Facts, checked sentence by sentence, templated where it fails.

What must be said plainly (a title that is not here, a wish that could not be met) is said in fixed words first and
never left to the model. One model call writes; the first sentence that fails is repaired by one more if one is left;
any other is replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from palate.agent.prompts.loading import Prompt
from palate.agent.prompts.sets import PALATES, Prompts
from palate.agent.reading.lexicon import Lexicon
from palate.agent.speaking import reasons, templates
from palate.agent.speaking.check import Checker
from palate.agent.speaking.sentences import MOST, SentenceCutter, clean
from palate.agent.speaking.wording import Wording
from palate.agent.state import DialogueState
from palate.agent.text import fold
from palate.domain import Item, Recommendation
from palate.errors import ModelError
from palate.llm.model import ChatModel

_TOKENS_AN_ITEM = 55
_REPAIR_TOKENS = 70
CALLS = 2
"""Model calls a turn: where the message had to be read, a sentence that fails is templated, not repaired."""


@dataclass(slots=True)
class Cost:
    """What the model was asked to do in a turn."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(slots=True)
class Explanation:
    """What came of writing a reply."""

    cost: Cost = field(default_factory=Cost)
    written: int = 0
    """Sentences of the model that were shown."""
    replaced: int = 0
    """Sentences that a template stands in for."""
    repaired: int = 0
    failure: str = ""
    """Why the model stopped, in plain words; empty when it did not."""
    rejected: list[str] = field(default_factory=list)
    """Sentences that failed, each with the reason; for the log."""


class Explainer:
    """Writes replies about slates."""

    def __init__(
        self,
        lexicon: Lexicon,
        wording: Wording,
        prompts: Prompts = PALATES,
        *,
        timeout: float,
        stall: float,
        items: int,
    ) -> None:
        """Times in seconds: `timeout` for the whole reply, `stall` between two pieces.

        The model writes about the first `items` of a slate; of the others a template speaks. On two cores a sentence
        costs a second and a half, and the cards say it all anyway.
        """
        self._items = items
        self._lexicon = lexicon
        self._wording = wording
        self._timeout = timeout
        self._stall = stall
        self.system = prompt(wording, prompts)
        self._asking, self._mending = prompts.load("write-items"), prompts.load("repair")
        self.prompts = f"{file(wording, prompts)}, {self._asking}"
        """The prompts and their versions, for the record."""

    def templated(self, recommendations: Sequence[Recommendation], language: str) -> Iterator[str]:
        """The reply without a model."""
        told: set[str] = set()
        for recommendation in recommendations:
            yield templates.about(recommendation, self._wording, language, told)

    def written(
        self,
        model: ChatModel,
        text: str,
        state: DialogueState,
        recommendations: Sequence[Recommendation],
        anchors: Sequence[Item],
        outcome: Explanation,
        cancelled: Callable[[], bool],
    ) -> Iterator[str]:
        """Sentences to show, each checked. What it cost and how it went is left in `outcome`."""
        checker = Checker(self._lexicon, self._wording, recommendations, anchors, text, state)
        names = [
            n
            for r in recommendations
            for n in (r.item.title, *(f.value for f in r.facts), *(f.about for f in r.facts))
        ]
        cutter = SentenceCutter(names)
        left = {r.item.id: r for r in recommendations}
        told = self._told(recommendations)
        spoken = self._sentences(model, self.messages(state, told), cutter, outcome) if told else iter(())
        for sentence in spoken:
            if cancelled():
                return
            verdict = checker.check(sentence)
            about = [left[i] for i in verdict.items if i in left]
            if verdict.ok and about:
                outcome.written += 1
                yield sentence
            elif not verdict.ok:
                outcome.rejected.append(f"{sentence} ({verdict.reason})")
                yield from self._mended(model, sentence, verdict.reason, about, state, checker, outcome)
            # A sentence that names no item, or one that was spoken of, adds nothing.
            for recommendation in about:
                left.pop(recommendation.item.id, None)
        said: set[str] = set()
        for recommendation in left.values():
            outcome.replaced += 1
            yield templates.about(recommendation, self._wording, state.language, said)

    def messages(self, state: DialogueState, recommendations: Sequence[Recommendation]) -> list[dict[str, str]]:
        """The prompt; what does not change stands first.

        The person's message is not in it: small models repeat its adjectives as if they were facts, and orders that
        are hidden in it should reach nobody.
        """
        said = self._asking.render(
            noun=self._wording.schema.noun,
            lines=[facts_line(r, self._wording, state.language) for r in recommendations[: self._items]],
            chinese=state.language == "zh",
        )
        return [{"role": "system", "content": self.system}, {"role": "user", "content": said}]

    def _told(self, recommendations: Sequence[Recommendation]) -> list[Recommendation]:
        """The items that the model writes about: of goods only those of which there is something to say.

        Asked for a sentence about nothing a small model makes one up.
        """
        told = recommendations[: self._items]
        return [r for r in told if self._wording.phrases.by_kind or says_something(r, self._wording)]

    def _sentences(
        self, model: ChatModel, messages: list[dict[str, str]], cutter: SentenceCutter, outcome: Explanation
    ) -> Iterator[str]:
        """The model's sentences as they come; ends early, with the reason in `outcome`, when the model fails."""
        outcome.cost.calls += 1
        cut = False
        try:
            for piece in model.write(
                messages, max_tokens=_TOKENS_AN_ITEM * self._items, timeout=self._timeout, stall=self._stall
            ):
                if piece.tokens_in:
                    outcome.cost.tokens_in += piece.tokens_in
                    outcome.cost.tokens_out += piece.tokens_out
                cut = piece.cut
                yield from cutter.feed(piece.text)
                if cutter.endless:
                    # What goes on without an end is no reply; what it has not spoken of is templated.
                    return
        except ModelError as error:
            outcome.failure = str(error)
            return
        if not cut:
            yield from cutter.rest()

    def _mended(
        self,
        model: ChatModel,
        sentence: str,
        reason: str,
        about: Sequence[Recommendation],
        state: DialogueState,
        checker: Checker,
        outcome: Explanation,
    ) -> list[str]:
        """A failed sentence repaired by the model where a call is left, else the templates for the items it names."""
        if (
            about
            and outcome.cost.calls < CALLS
            and not outcome.repaired
            and not outcome.replaced
            and not outcome.failure
        ):
            outcome.repaired += 1
            outcome.cost.calls += 1
            said = self._repair(model, sentence, reason, about, state, outcome)
            echoed = fold(reason) in fold(said)
            fits = 0 < len(said) <= MOST
            if fits and not echoed and checker.check(said).ok and all(r.item.title in said for r in about):
                outcome.written += 1
                return [said]
        outcome.replaced += len(about)
        return [templates.about(recommendation, self._wording, state.language) for recommendation in about]

    def _repair(
        self,
        model: ChatModel,
        sentence: str,
        reason: str,
        about: Sequence[Recommendation],
        state: DialogueState,
        outcome: Explanation,
    ) -> str:
        ask = self._mending.render(
            lines=[facts_line(r, self._wording, state.language) for r in about],
            sentence=sentence,
            reason=reason,
            chinese=state.language == "zh",
        )
        messages = [{"role": "system", "content": self.system}, {"role": "user", "content": ask}]
        written = ""
        try:
            for piece in model.write(
                messages, max_tokens=_REPAIR_TOKENS, timeout=self._timeout / 3, stall=self._stall
            ):
                written += piece.text
                outcome.cost.tokens_in += piece.tokens_in
                outcome.cost.tokens_out += piece.tokens_out if piece.tokens_in else 0
        except ModelError as error:
            outcome.failure = str(error)
            return ""
        return clean(written)


def prompt(wording: Wording, prompts: Prompts = PALATES) -> str:
    """The system prompt; the same bytes for a schema, so that servers can keep it in their prefix cache."""
    return file(wording, prompts).render(noun=wording.schema.noun)


def file(wording: Wording, prompts: Prompts = PALATES) -> Prompt:
    """The system prompt's file: the vocabulary's own, else the general one."""
    own = f"write-{wording.schema.vocabulary}"
    return prompts.load(own if wording.phrases.by_kind and prompts.exists(own) else "write")


def says_something(recommendation: Recommendation, wording: Wording) -> bool:
    """Whether a line of facts says more than the title and what stands in brackets after it."""
    item = recommendation.item
    return bool(_reason(recommendation, wording, "en")) or any(item.names(relation) for relation in wording.makers)


def facts_line(recommendation: Recommendation, wording: Wording, language: str) -> str:
    """One item's facts as the model sees them."""
    item = recommendation.item
    zh = language == "zh"
    asked = reasons.asked(recommendation)
    if wording.phrases.by_kind:
        head = wording.dated(item, language) + ("：" if zh else ": ")
        parts = [wording.kind(item, asked, language)]
        for relation in wording.makers:
            if names := item.names(relation)[:2]:
                role = wording.phrases.of_relation(relation, "zh")["name"]
                told = f"{role} {'、'.join(names)}" if zh else wording.told(item, relation, "made", "en", most=2)
                parts.append(told)
    else:
        head = templates.heading(recommendation, wording, language) + ("：" if zh else ": ")
        parts = [told for r in wording.makers if (told := wording.told(item, r, "made", language, most=2))]
    reason = _reason(recommendation, wording, language)
    parts += [("理由：" if zh else "reason: ") + reason] if reason else []
    return head + ("；" if zh else "; ").join(parts)


def _reason(recommendation: Recommendation, wording: Wording, language: str) -> str:
    """What it shares with others, in the words of the vocabulary; else the template's reason."""
    words = wording.phrases.table("facts")
    shared = [f for f in recommendation.facts if f.about and f.relation.removeprefix("shares:") in words]
    if not shared:
        return reasons.reason(recommendation, wording, language)
    told = [
        words[f.relation.removeprefix("shares:")][language].format(
            value=f.value, about=wording.title(f.about, language)
        )
        for f in shared
    ]
    return "; ".join(list(dict.fromkeys(told))[:2])
