"""Everything that a stretch of words claims of one item."""

from __future__ import annotations

from palate.agent.speaking.claims import amounts, attributes, leftovers, likeness, people, told, worth
from palate.agent.speaking.claims.claim import Claim, Standing, together
from palate.agent.speaking.claims.masked import Masked, Part
from palate.agent.speaking.claims.scene import Scene
from palate.domain import Recommendation


def claims(part: Part, place: Recommendation, masked: Masked, scene: Scene) -> list[Claim]:
    """The claims of a part about one of its subjects, the telling ones before the mere words."""
    said = told.claims(part.text, place, masked, scene)
    rest = Part(leftovers.without(part.text, said), part.subjects, part.fellows, part.named)
    text = rest.text
    said += worth.claims(text, place, scene)
    said += people.claims(text, place, scene)
    said += attributes.claims(text, place, scene)
    said += likeness.claims(rest, place, masked, scene)
    awards = [claim for claim in said if claim.kind == "award"]
    said += amounts.claims(leftovers.without(text, awards), place, scene)
    explained = leftovers.without(text, [claim for claim in said if claim.kind != "negation" or claim.ok])
    return said + leftovers.claims(explained, place, scene)


def standing(text: str, place: Recommendation, masked: Masked, scene: Scene) -> Standing:
    """Whether what `text` says is true of an item, is not, or is not known."""
    said = claims(Part(text, (place,)), place, masked, scene)
    if not [claim for claim in said if claim.kind != "word"]:
        return Standing.UNSUPPORTED
    return together(said)
