"""What dialogues taught about one catalogue: one file, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from palate.domain import Dialogue, ItemId
from palate.errors import StoreError, TrainingError
from palate.retrieval.learned import archive
from palate.retrieval.learned.models import DIALOGUES as FILE
from palate.retrieval.talk.bags import Matrix
from palate.retrieval.talk.content import Through
from palate.retrieval.talk.counting import Leads
from palate.retrieval.talk.families import TalkFamilies
from palate.retrieval.talk.nearest import Nearest
from palate.retrieval.talk.net import Net
from palate.retrieval.talk.order import Judge, Order, Scale
from palate.retrieval.talk.stacking import Stack
from palate.retrieval.talk.standing import Standing

FORMAT = 4
NEAREST = ("words", "items", "targets")
PLAIN = ("items", "bias", "inner", "inner_bias", "outer", "across", "outer_bias")
"""What a net has beside its tables of words."""


@dataclass(frozen=True)
class TalkModel:
    """Over k items, numbered as `ids` are."""

    ids: tuple[ItemId, ...]
    titles: tuple[str, ...]
    words: tuple[str, ...]
    names: tuple[str, ...]
    families: TalkFamilies
    stack: Stack
    order: Order
    about: Mapping[str, str | int]
    """From what and when it was learned."""

    def save(self, folder: Path) -> None:
        """Write to `folder`; who reads at the same time sees the old model or the new one. Raises StoreError."""
        families, arrays = self.families, dict[str, NDArray[Any]]()
        for name, leads in families.leads.items():
            _pack(arrays, f"leads.{name}", leads.matrix)
        vectors = _vectors(families)
        for name, through in families.through.items():
            for held, which in zip((through.inner, through.outer), vectors[name], strict=True):
                arrays[f"through.{which}"] = held.astype(np.float16)
        arrays["popular"] = families.popular
        for name in NEAREST:
            _pack(arrays, f"nearest.{name}", getattr(families.nearest, name))
        for number, net in enumerate(families.nets):
            tables = _tables(net)
            for word in tables.values():
                arrays[f"net{number}.words.{word}"] = net.words[word].astype(np.float16)
            arrays |= {f"net{number}.{name}": getattr(net, name).astype(np.float16) for name in PLAIN}
        standing = families.standing
        arrays |= {f"standing.{name}": getattr(standing, name) for name in ("statistics", "items", "at")}
        arrays |= {"stack.weights": self.stack.weights, "stack.floors": self.stack.floors, "rarity": families.rarity}
        order = self.order
        arrays |= {"order.means": order.scale.means, "order.spreads": order.scale.spreads}
        for number, judge in enumerate(order.judges):
            arrays[f"judge{number}.linear"] = judge.linear
            for place, (weights, bias) in enumerate(judge.layers):
                arrays |= {f"judge{number}.weights{place}": weights, f"judge{number}.bias{place}": bias}
        head = {
            "format": FORMAT,
            "ids": self.ids,
            "titles": self.titles,
            "words": self.words,
            "names": self.names,
            "leads": {name: [leads.bag, leads.back] for name, leads in families.leads.items()},
            "through": {name: [through.bag, *vectors[name]] for name, through in families.through.items()},
            "nets": [_tables(net) for net in families.nets],
            "stack": self.stack.names,
            "order": order.names,
            "judges": [len(judge.layers) for judge in order.judges],
            "about": dict(self.about),
        }
        try:
            archive.write(folder / FILE, head, arrays, compressed=True)
        except OSError as error:
            raise StoreError(
                f"What dialogues taught cannot be written to {folder} ({error}); free some space there."
            ) from error

    @classmethod
    def load(cls, folder: Path) -> TalkModel | None:
        """Read what `save` wrote; None where nothing was. Raises TrainingError when it cannot be read."""
        path = folder / FILE
        if not path.exists():
            return None
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                head = json.loads(arrays["head"].tobytes())
                if head["format"] != FORMAT:
                    raise TrainingError(f"What is in {path} is of another version; run: palate train --dialogues")
                return cls(
                    tuple(head["ids"]),
                    tuple(head["titles"]),
                    tuple(head["words"]),
                    tuple(head["names"]),
                    _families(head, arrays),
                    Stack(tuple(head["stack"]), arrays["stack.weights"], arrays["stack.floors"]),
                    _order(head, arrays),
                    head["about"],
                )
        except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as error:
            raise TrainingError(f"{path} cannot be read ({error}); run: palate train --dialogues") from error


def fingerprint(dialogues: Sequence[Dialogue]) -> str:
    """The SHA-256 of some dialogues, order and all."""
    digest = hashlib.sha256()
    for dialogue in dialogues:
        said = [[each.speaker, each.text, each.items] for each in dialogue.utterances]
        digest.update(json.dumps([dialogue.id, dialogue.order, said, sorted(dialogue.opinions.items())]).encode())
    return digest.hexdigest()


def _families(head: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> TalkFamilies:
    leads = {
        name: Leads(bag, _unpacked(arrays, f"leads.{name}"), back) for name, (bag, back) in head["leads"].items()
    }
    held = cache(lambda which: arrays[f"through.{which}"].astype(np.float32))
    through = {name: Through(bag, held(inner), held(outer)) for name, (bag, inner, outer) in head["through"].items()}
    nearest = Nearest(*(_unpacked(arrays, f"nearest.{name}") for name in NEAREST))
    standing = Standing(arrays["standing.statistics"], arrays["standing.items"], arrays["standing.at"])
    nets = []
    for number, words in enumerate(head["nets"]):
        tables = {word: arrays[f"net{number}.words.{word}"].astype(np.float32) for word in {*words.values()}}
        plain = {name: arrays[f"net{number}.{name}"].astype(np.float32) for name in PLAIN}
        nets.append(Net(words={bag: tables[word] for bag, word in words.items()}, **plain))
    return TalkFamilies(arrays["rarity"], leads, through, arrays["popular"], nearest, standing, tuple(nets))


def _order(head: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Order:
    judges = [
        Judge(
            tuple((arrays[f"judge{number}.weights{n}"], arrays[f"judge{number}.bias{n}"]) for n in range(layers)),
            arrays[f"judge{number}.linear"],
        )
        for number, layers in enumerate(head["judges"])
    ]
    scale = Scale(arrays["order.means"], arrays["order.spreads"])
    return Order(tuple(head["order"]), scale, tuple(judges))


def _tables(net: Net) -> Mapping[str, str]:
    """For each bag of words the first one that has the same table: a table is written once."""
    return {bag: min(other for other, held in net.words.items() if held is table) for bag, table in net.words.items()}


def _vectors(families: TalkFamilies) -> Mapping[str, tuple[str, str]]:
    """What the vectors of each family are written as: those that several have are written, and read, once."""
    first: dict[int, str] = {}
    return {
        name: (
            first.setdefault(id(through.inner), f"{name}.inner"),
            first.setdefault(id(through.outer), f"{name}.outer"),
        )
        for name, through in families.through.items()
    }


def _pack(arrays: dict[str, NDArray[Any]], name: str, matrix: Matrix) -> None:
    small = np.uint16 if matrix.shape[1] <= np.iinfo(np.uint16).max else np.int32
    arrays[f"{name}.values"] = matrix.data.astype(np.float16)
    arrays[f"{name}.columns"] = matrix.indices.astype(small)
    arrays[f"{name}.ends"] = matrix.indptr.astype(np.int64)
    arrays[f"{name}.shape"] = np.asarray(matrix.shape, np.int64)


def _unpacked(arrays: Mapping[str, NDArray[Any]], name: str) -> Matrix:
    cells = (
        arrays[f"{name}.values"].astype(np.float32),
        arrays[f"{name}.columns"].astype(np.int32),
        arrays[f"{name}.ends"],
    )
    return sparse.csr_matrix(cells, shape=tuple(arrays[f"{name}.shape"].tolist()))
