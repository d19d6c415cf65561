"""The encoders that need torch, with the real MiniLM, in an environment of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import missing

pytestmark = pytest.mark.sentences

ROOT = Path(__file__).parents[2]
ENCODE = """
import json, sys
import numpy as np
from palate.retrieval.vectors.encoders.sentences import Sentences
encoder = Sentences(sys.argv[1])
texts = ["Paper Boats (1988), Animation Family", "The Cellar (2012), Horror", "", "\\ud800" * 5, "x" * 100_000]
found = encoder.passages(texts)
query = encoder.query("a cartoon for children")
print(json.dumps({
    "name": encoder.name, "dimensions": encoder.dimensions, "shape": found.shape, "kind": str(found.dtype),
    "lengths": np.linalg.norm(found, axis=1).tolist(), "scores": (found[:2] @ query).tolist(),
    "prompted": float(query @ Sentences(sys.argv[1], "horror film: ").query("a cartoon for children")),
}))
"""
RESCORE = """
import json, sys
from palate.errors import ModelError
from palate.retrieval.vectors.crossencoder import CrossEncoder
texts = ["Paper Boats (1988), Animation Family", "The Cellar (2012), Horror", "Heat (1995), Crime"]
scorer = CrossEncoder(sys.argv[1])
scores = scorer.scores("a cartoon for children", texts)
backwards = scorer.scores("a cartoon for children", texts[::-1])
try:
    CrossEncoder(sys.argv[1] + "-of-nothing").scores("x", texts)
except ModelError as error:
    complaint = str(error)
print(json.dumps({"scores": scores.tolist(), "backwards": backwards.tolist(), "complaint": complaint}))
"""


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """Where the environment's Python and the models are."""
    script = ROOT / "scripts" / "sentences_cpu.py"
    done = subprocess.run([sys.executable, script, "prepare"], capture_output=True, text=True, check=False)
    if done.returncode:
        missing(f"an environment with sentence-transformers ({done.stderr.strip()[-300:]})")
    found: dict[str, str] = json.loads(done.stdout)
    return found


def told(made: dict[str, str], code: str, model: str) -> Any:
    """What a program prints that runs in that environment."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}
    command = [made["python"], "-c", code, model]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_minilm_encodes_requests_and_items(made: dict[str, str]) -> None:
    found = told(made, ENCODE, made["encoder"])
    assert found["name"] == "st-all-MiniLM-L6-v2"
    assert found["shape"] == [5, found["dimensions"]] == [5, 384]
    assert found["kind"] == "float32"
    assert found["lengths"] == pytest.approx([1] * 5, abs=1e-4)
    assert found["scores"][0] > found["scores"][1] + 0.1
    assert found["prompted"] < 0.99


def test_a_cross_encoder_scores_each_text_by_itself(made: dict[str, str]) -> None:
    found = told(made, RESCORE, made["cross"])
    assert len(set(found["scores"])) == 3
    assert found["backwards"] == pytest.approx(found["scores"][::-1], abs=1e-5)
    assert "PALATE_CROSS_ENCODER" in found["complaint"]
