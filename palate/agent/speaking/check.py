"""Whether a sentence says only what Facts say.

A sentence is read as a list of claims: comparisons, exclusives and quantities over the slate first, what it says of
the person's request, and then everything that each of its parts claims of each item it speaks of (see
`speaking.claims`, one kind a file). Every claim must be supported. What is left of the words must be known to be
harmless: function words, the words of recommending and the words of the Facts. A true sentence in unusual words is
thus rejected too; that costs a templated sentence, never a false claim.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from palate.agent.reading.lexicon import Lexicon
from palate.agent.speaking.claims import comparisons, exclusives, predicate, requests
from palate.agent.speaking.claims.claim import Claim
from palate.agent.speaking.claims.masked import Masked, masked
from palate.agent.speaking.claims.scene import Scene
from palate.agent.speaking.wording import Wording
from palate.agent.state import DialogueState
from palate.domain import Item, Recommendation


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check found."""

    ok: bool
    reason: str = ""
    """What is unsupported, for the repair."""
    items: tuple[str, ...] = ()
    """Ids of the slate's items that the sentence names."""
    claims: tuple[Claim, ...] = ()


class Checker:
    """Checks sentences about one slate, in their order: "it" is what the last one that passed spoke of."""

    def __init__(
        self,
        lexicon: Lexicon,
        wording: Wording,
        recommendations: Sequence[Recommendation],
        anchors: Sequence[Item],
        said: str,
        state: DialogueState | None = None,
    ) -> None:
        """`anchors` are items the person named, `said` the person's own words, `state` what was asked for.

        Without a state what the sentence says of the request is judged by `said` alone.
        """
        self._scene = Scene(lexicon, wording, recommendations, anchors, said, state)
        self._subject: tuple[Recommendation, ...] = ()
        self._named: tuple[Recommendation, ...] = ()

    def check(self, sentence: str) -> Verdict:
        """Whether `sentence` may be shown."""
        text = self._masked(sentence)
        named = [place for _, mention in text.signs() if (place := mention.place)]
        named += list(text.before)
        claims = self._claims(text)
        items = tuple(dict.fromkeys(place.item.id for place in named))
        wrong = next((claim for claim in claims if not claim.ok), None)
        if wrong:
            return Verdict(False, wrong.reason, items, tuple(claims))
        if named:
            self._subject = _last(text, self._subject)
            self._named = tuple({place.item.id: place for place in named}.values())
        return Verdict(True, items=items, claims=tuple(claims))

    def _masked(self, sentence: str) -> Masked:
        text = masked(sentence, self._scene)
        if not any(mention.place for _, mention in text.signs()) and self._pronoun.match(text.text):
            text.before = self._named if self._plural.match(text.text) and len(self._named) > 1 else self._subject
        return text

    def _claims(self, text: Masked) -> list[Claim]:
        scene = self._scene
        claims = requests.claims(text, scene)
        claims += comparisons.claims(text, scene, predicate.standing)
        claims += exclusives.claims(text, scene, predicate.standing)
        for part in text.parts(scene.slate):
            for place in part.subjects:
                claims += predicate.claims(part, place, text, scene)
            for item in part.fellows:
                claims += predicate.claims(part, scene.fellow(item), text, scene)
        return claims

    _plural = re.compile(r"\s*(?:both|they|their|these)\b|\s*(?:它们|两|这两|这三)", re.I)

    @cached_property
    def _pronoun(self) -> re.Pattern[str]:
        noun = self._scene.wording.schema.noun
        ours = f"the {re.escape(noun.one)}", f"这{re.escape(noun.zh_measure)}", f"该{re.escape(noun.zh[-1:])}"
        return re.compile(
            rf"\s*(?:it|its|this|{ours[0]}|both|they|their|these two)\b|\s*(?:它|{ours[1]}|{ours[2]}|该片|两)", re.I
        )


def _last(text: Masked, before: tuple[Recommendation, ...]) -> tuple[Recommendation, ...]:
    """Whom "it" means after a sentence."""
    groups = text.groups()
    return groups[-1][2] if groups else before
