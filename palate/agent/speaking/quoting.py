"""What an imported document says, in its own words and with where it says so."""

from __future__ import annotations

from palate.agent.speaking.wording import Wording
from palate.catalogue.imports.languages import LANGUAGES
from palate.retrieval.answers.answers import Fit

_IN_CHINESE = {"en": "英文", "zh": "中文"}


def quoted(fit: Fit, wording: Wording, language: str) -> str:
    """The quotation after its source, and before both, where it is in another language than the person's, that."""
    passage, say = fit.passage, wording.phrases.say
    key = "answer_from" if passage.title == passage.document else "answer_from_part"
    said = say(key, language, document=passage.document, title=passage.title, quote=fit.shown)
    if passage.link:
        said += say("answer_link", language, link=passage.link)
    if passage.language == language:
        return said
    names = _IN_CHINESE if language == "zh" else LANGUAGES
    return say("answer_foreign", language, name=names.get(passage.language, passage.language)) + said
