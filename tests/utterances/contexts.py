"""What was said before an utterance: a handful of real conversations, run through the agent without a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from palate.agent.agent import Agent
from palate.agent.events import TurnFinished
from palate.agent.state import DialogueState
from palate.app import Palate
from palate.catalogue.catalogue import Catalogue
from palate.catalogue.demo.films import NAME as FILMS
from palate.catalogue.imports.importing import guess_mapping, import_catalogue, look_at
from palate.settings import Settings
from palate.store.store import Store

SHOP = "outdoor"
SHOP_FILE = Path(__file__).parent / "shop.csv"


@dataclass(frozen=True, slots=True)
class Told:
    """A conversation in both languages, and what its state must be for the utterances to mean anything."""

    catalogue: str
    messages: Mapping[str, tuple[str, ...]]
    """By language."""
    holds: str = "-"
    """The constraints after it, as a gold."""
    shown: int = 0
    """The fewest items on its slate."""


CONTEXTS: Mapping[str, Told] = {
    "films": Told(FILMS, {"en": (), "zh": ()}),
    "shop": Told(SHOP, {"en": (), "zh": ()}),
    "thrillers": Told(
        FILMS,
        {"en": ("a thriller from the nineties",), "zh": ("九十年代的惊悚片",)},
        "genre all Thriller; year 1990..1999",
        5,
    ),
    "comedy": Told(
        FILMS,
        {"en": ("a comedy please", "no horror"), "zh": ("来一部喜剧", "不要恐怖片")},
        "genre all Comedy; genre none Horror",
        5,
    ),
    "nolan": Told(
        FILMS,
        {"en": ("films by Christopher Nolan",), "zh": ("克里斯托弗·诺兰导演的电影",)},
        "director any Christopher Nolan",
        4,
    ),
    "war": Told(
        FILMS,
        {"en": ("a war film", "under two hours"), "zh": ("战争片", "两小时以内的")},
        "genre all War; runtime ..120",
        5,
    ),
    "hanks": Told(
        FILMS,
        {"en": ("films with Tom Hanks", "no romance"), "zh": ("汤姆·汉克斯演的电影", "不要爱情片")},
        "cast any Tom Hanks; genre none Romance",
        5,
    ),
    "inception": Told(
        FILMS,
        {"en": ("I loved Inception, something like it",), "zh": ("我很喜欢《盗梦空间》，有类似的吗",)},
        "-",
        5,
    ),
    "french": Told(
        FILMS,
        {"en": ("a romance in French",), "zh": ("法语的爱情片",)},
        "genre all Romance; language any French",
        5,
    ),
    "packs": Told(
        SHOP,
        {"en": ("a backpack under $100",), "zh": ("一百以内的背包",)},
        "type any Backpacks; price ..100",
        5,
    ),
    "jackets": Told(
        SHOP,
        {"en": ("a jacket", "not leather"), "zh": ("夹克", "不要皮的")},
        "type any Jackets; material/text none Leather",
        4,
    ),
    "tents": Told(
        SHOP,
        {"en": ("a tent", "under 300"), "zh": ("帐篷", "三百以内")},
        "type any Tents; price ..300",
        4,
    ),
}


@dataclass(frozen=True, slots=True)
class Context:
    """Where a conversation stands."""

    agent: Agent
    catalogue: Catalogue
    before: DialogueState
    last: DialogueState
    """The state before the last message."""


class Stage:
    """The two catalogues, and the conversations over them, each held once."""

    def __init__(self, agents: Mapping[str, Agent], catalogues: Mapping[str, Catalogue]) -> None:
        self.agents = agents
        self.catalogues = catalogues
        self._held: dict[tuple[str, str], Context] = {}

    @classmethod
    @contextmanager
    def open(cls, folder: Path) -> Iterator[Stage]:
        """The demo films and the shop of this folder's file, brought in as anybody's are into a data folder."""
        settings = Settings(data_dir=folder)
        with Store.open(settings) as store:
            import_catalogue(store, SHOP_FILE, SHOP, guess_mapping(look_at(SHOP_FILE), SHOP_FILE, SHOP))
        with (
            Palate.open(settings, model=False) as films,
            Palate.open(settings, catalogue=SHOP, model=False) as shop,
        ):
            opened = {FILMS: films, SHOP: shop}
            yield cls(
                {name: palate.now.agent for name, palate in opened.items()},
                {name: palate.catalogue for name, palate in opened.items()},
            )

    def context(self, name: str, language: str) -> Context:
        """The conversation of that name, held on its first use."""
        if (name, language) not in self._held:
            told = CONTEXTS[name]
            agent = self.agents[told.catalogue]
            before = last = DialogueState()
            for message in told.messages[language]:
                last = before
                end = list(agent.stream(message, before))[-1]
                assert isinstance(end, TurnFinished)
                before = DialogueState.model_validate(end.state)
            self._held[name, language] = Context(agent, self.catalogues[told.catalogue], before, last)
        return self._held[name, language]
