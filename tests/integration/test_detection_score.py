import json
import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from privacy.detection import Detector

pytestmark = pytest.mark.proof

SHARED = Path(__file__).parents[2].parent / "shared"
LABELLED = SHARED / "data" / "pii" / "dev.jsonl"
SCORER = SHARED / "tools" / "pii_score.py"
# Measured: recall 0.989, precision 0.945, F2 0.979.
FLOORS = {"must-hide recall": 0.975, "precision": 0.93, "F2": 0.968}


@pytest.mark.skipif(not (LABELLED.exists() and SCORER.exists()), reason="no shared data here")
def test_detection_keeps_its_score_on_the_labelled_texts(tmp_path: Path) -> None:
    lines = LABELLED.read_text(encoding="utf-8").splitlines()
    found = Detector().detect_many([json.loads(line)["text"] for line in lines])
    detected = tmp_path / "detected.jsonl"
    spans = (json.dumps({"spans": [asdict(finding) for finding in each]}) for each in found)
    detected.write_text("\n".join(spans) + "\n", encoding="utf-8")
    command = [sys.executable, str(SCORER), str(LABELLED), str(detected)]
    report = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own scorer
    figures = {
        name: float(re.findall(rf"^.*{name} ([\d.]+)", report, re.MULTILINE)[-1]) for name in FLOORS
    }
    assert all(figures[name] >= floor for name, floor in FLOORS.items()), report
