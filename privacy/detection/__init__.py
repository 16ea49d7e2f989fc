"""Detection of personal data in free text: find it, and hide it.

Importing this package is cheap; spaCy and Presidio are loaded when the first `Detector` is made.
"""

from privacy.detection.detector import Detector
from privacy.detection.findings import Finding, redact

__all__ = ["Detector", "Finding", "redact"]
