"""What a message takes back of what was said before, and the rest of the message."""

from __future__ import annotations

from palate.agent.quantities.quantities import QuantityReader
from palate.agent.reading.attributes import meant
from palate.agent.reading.draft import once
from palate.agent.reading.forgetting import ALLOWED, SAID, WAIVED, Forgetting
from palate.agent.reading.lexicon import Lexicon
from palate.agent.reading.linking import Linker
from palate.agent.reading.unlinked import Unlinked
from palate.agent.reading.values import ValueIndex
from palate.agent.state import DialogueState
from palate.agent.text import blanked
from palate.domain import Op


class Withdrawing:
    """Reads what is taken back, with the readers of everything that can be."""

    def __init__(
        self,
        forgetting: Forgetting,
        quantities: QuantityReader,
        linker: Linker,
        lexicon: Lexicon,
        values: ValueIndex,
        unlinked: Unlinked,
    ) -> None:
        """Share the reader's own parts."""
        self._forgetting, self._quantities, self._linker = forgetting, quantities, linker
        self._lexicon, self._values, self._unlinked = lexicon, values, unlinked

    def find(self, text: str, state: DialogueState) -> tuple[tuple[str, ...], str]:
        """What "forget what I said about horror" withdraws, and the rest of the message."""
        values: list[str] = []
        held = {c.attribute for c in state.constraints} | {v for c in state.constraints for v in c.values}
        held |= {e.value for e in (*state.wanted, *state.unwanted)}
        away = {v for c in state.constraints if c.op is Op.NONE for v in c.values} | {e.value for e in state.unwanted}
        for pattern, of in ((SAID, None), (WAIVED, held), (ALLOWED, away)):
            for match in pattern.finditer(text):
                said = next((group for group in match.groups() if group), "")
                # "The time limit can go" names its column with the word for the limit.
                found = [
                    value for value in (self._named(said) or self._named(match.group())) if of is None or value in of
                ]
                if found:
                    values += found
                    text = text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
        return once(values), text

    def held(self, text: str, state: DialogueState) -> tuple[str, ...]:
        """What of the wishes of before is named in a message that takes something back, in whatever words."""
        held = {c.attribute for c in state.constraints} | {v for c in state.constraints for v in c.values}
        held |= {e.value for e in (*state.wanted, *state.unwanted)}
        return once(value for value in self._named(text) if value in held)

    def _named(self, said: str) -> list[str]:
        """Everything that some words may take back: columns, people, values, words."""
        linked = self._linker.link(said)
        # Cast Away is no word on the cast.
        values = [*self._forgetting.columns(blanked(said, linked))]
        values += [q.constraint.attribute for q in self._quantities.find(said)]
        values += [name for m in linked for name in (*m.people, *m.items)]
        for hit in self._lexicon.find(said):
            meaning = meant(said, hit)
            values += [entity.value for entity in (*meaning.values, *meaning.spoken)]
        values += [entity.value for hit in self._values.find(said) for entity in hit.meanings[0].values]
        if self._lexicon.titles_tell:
            values += [loose.english for loose in self._unlinked.find(said, ())]
        return values
