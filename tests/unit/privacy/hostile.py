"""Hostile text: ten thousand characters of one pattern, over which detection must not linger."""

import time

from privacy.detection import Detector

LENGTH = 10_000
SECONDS_MAX = 15


def assert_takes_bounded_time(detector: Detector, unit: str) -> None:
    text = (unit * LENGTH)[:LENGTH]
    began = time.process_time()
    findings = detector.detect(text)
    assert time.process_time() - began < SECONDS_MAX
    assert all(0 <= f.start < f.end <= len(text) for f in findings)
