"""An environment with LensKit, for `palate eval histories --lenskit PYTHON`.

    python scripts/lenskit_env.py             make it once, and print its Python

LensKit needs torch, which palate does not, so it has an environment of its own in the cache folder.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from filelock import FileLock

from palate.settings import Settings

WANTED = ("torch==2.13.0", "lenskit==2025.8.1")


def environment(folder: Path) -> Path:
    """Return the Python of an environment with `WANTED` in `folder`; make it unless it is complete."""
    stamp = folder / "complete.json"
    python = folder / "bin" / "python"
    try:
        if json.loads(stamp.read_text(encoding="utf-8")) == list(WANTED):
            return python
    except (OSError, ValueError):
        pass
    print(f"Making an environment with {' and '.join(WANTED)} in {folder} (2 GB) …", file=sys.stderr, flush=True)  # noqa: T201
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    command = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install", *WANTED]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"pip failed:\n{(done.stdout + done.stderr)[-3000:]}")
    stamp.write_text(json.dumps(WANTED), encoding="utf-8")
    return python


if __name__ == "__main__":
    cache = Settings().cache_dir
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "lenskit.lock"):
        print(environment(cache / "lenskit"))  # noqa: T201
