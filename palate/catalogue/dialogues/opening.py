"""Opening a set of dialogues by name or path; a public set that is not there is fetched.

Which files were checked: those of ReDial and OpenDialKG against copies taken from the repositories of their authors
(ReDialData/website at 849e9eb, RUCAIBox/iEvaLM-CRS at 162e2f4). The SHA-256 are of the files as they are used, so for
ReDial of what is inside the zip, and not of the zip. INSPIRED's were **not** checked, for want of a copy; what comes
is read as it is, and its dialogues are counted against the authors' description.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from palate.catalogue.dialogues import inspired, opendialkg, plain, redial
from palate.catalogue.dialogues.fetching import Remote, fetch
from palate.catalogue.dialogues.sets import DialogueSet
from palate.domain import Item, Schema
from palate.errors import DialogueError
from palate.settings import Settings

REDIAL = "https://github.com/ReDialData/website/raw/"
IEVALM = "https://raw.githubusercontent.com/RUCAIBox/iEvaLM-CRS/main/data/"
INSPIRED = "https://raw.githubusercontent.com/sweetpeach/Inspired/master/data/"


@dataclass(frozen=True)
class Public:
    """A public set."""

    read: Callable[[Path], DialogueSet]
    remotes: Sequence[Remote]
    licence: str
    """What its authors allow."""


def _ievalm(path: str, sha256: str, name: str = "") -> Remote:
    return Remote(IEVALM + path, {name or path.rpartition("/")[2]: sha256})


PUBLIC: Mapping[str, Public] = {
    redial.NAME: Public(
        redial.read,
        (
            Remote(
                f"{REDIAL}data/redial_dataset.zip",
                {
                    "train_data.jsonl": "53dff9d8e3e175adf542635933ea1657d0108846ffb076cc54910e2497f4a89d",
                    "test_data.jsonl": "d7781750787d104ac005e829cc7e6277d25b14644a223b0c2445aaaded6b19ac",
                },
            ),
            Remote(
                f"{REDIAL}849e9eb1bb60e312f8bf4daa82fc10a285e9318b/{redial.FILMS}",
                {redial.FILMS: "0d408daa474ac95b959a739a261dddd997dd800f5ea585da15a434a26187dbb0"},
            ),
        ),
        "CC BY 4.0",
    ),
    opendialkg.NAME: Public(
        opendialkg.read,
        (
            _ievalm(
                "opendialkg_eval/train_data_processed.jsonl",
                "472243b8c12c8e1eb44598d094e8b6e03a148ce13dc3f58ea9b323ba4ed27018",
                "eval_train_data_processed.jsonl",
            ),
            _ievalm(
                "opendialkg_eval/valid_data_processed.jsonl",
                "21bbf814ad76f36f058678b1bf4e9a77ca01ca00766bd8eb39780d1163f74bd2",
                "eval_valid_data_processed.jsonl",
            ),
            _ievalm(
                "opendialkg_eval/test_data_processed.jsonl",
                "055eb9481823517099f0109929ea640662d58287af708e99983d9b97e2ce51a4",
                "eval_test_data_processed.jsonl",
            ),
            _ievalm("opendialkg/entity2id.json", "394e2e101463052c6b41f14d87b1420f936528c6f81ed50c22388c51fcda4e81"),
            _ievalm("opendialkg/id2info.json", "a8ce8de8c957a1d339c80ff548e13eb32a66ee639243f67bc479ce09ad1c299e"),
            _ievalm("opendialkg/item_ids.json", "c7f7d151066c41a2b70d3df9b414e1d3c67ac48e978e222a90319e1dbfa7e98f"),
            _ievalm("opendialkg/kg.json", "7bb2ab8d4ba6906d2f1a15b26c7a74ddc9d4cc1ddeb02cfa29ec2f5977fecb4d"),
            _ievalm(
                "opendialkg/relation2id.json", "0722a517e68359d28182b897282fdefd9ceced47da315ad934f8f298a41a76e1"
            ),
        ),
        "CC BY-NC 4.0",
    ),
    inspired.NAME: Public(
        inspired.read,
        (
            *(Remote(f"{INSPIRED}dialog_data/{name}", {name: ""}) for name in inspired.PARTS.values()),
            Remote(f"{INSPIRED}{inspired.FILMS}", {inspired.FILMS: ""}),
        ),
        "none stated: for research",
    ),
}


def open_set(
    name: str,
    folder: Path | None = None,
    *,
    items: Sequence[Item] | Callable[[], Sequence[Item]] = (),
    schema: Schema | None = None,
    cache: Path | None = None,
    public: Mapping[str, Public] = PUBLIC,
) -> DialogueSet:
    """The set of a name in `public`, or one's own in the plain format at a path.

    A public set is read from `folder`; without one it is fetched into `cache` (None: the folder for what can be had
    again) unless it is there. A path is taken in `folder` where there is one; its dialogues are about `items`, which
    `schema` describes and which are asked for only then.

    Raises DialogueError, which says what to fetch where there is no network, and MissingPackage.
    """
    if known := public.get(name):
        if folder is None:
            folder = (cache or Settings().cache_dir) / "dialogues" / name
            fetch(known.remotes, folder)
        elif not folder.is_dir():
            raise DialogueError(f"There is no folder {folder}; name the one that has the files of {name}.")
        return known.read(folder)
    path = Path(name) if folder is None else folder / name
    if not path.exists():
        raise DialogueError(
            f"There is no set of dialogues {name!r}: there are {', '.join(public)}, and {path} does not exist. "
            f"{plain.FORMAT}"
        )
    about = items() if callable(items) else items
    if not about:
        raise DialogueError(f"{path} needs the items that its dialogues are about; name a catalogue that has some.")
    return plain.read(path, about, schema)
