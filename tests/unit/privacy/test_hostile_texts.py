"""No text takes detection long, and none makes it raise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.detection import Detector, redact
from tests.unit.privacy.hostile import assert_takes_bounded_time

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


@pytest.mark.parametrize(
    "unit",
    [
        *("a", "1", "(", "!", ":", "😀", "\n", " ", "\0", "\ud800", "\u202e", "İß"),
        *("1 ", "1-", "+1-", "Aa ", "A. ", "Aa-", "a@", "a.", "@a.", "http://", "GB12", "a/"),
        *("12 Aa ", "12 Oak Street Apt. 1, ", "the corner of ", "my name is ", "rue ", '", said '),
    ],
)
def test_a_hostile_text_takes_bounded_time(detector: Detector, unit: str) -> None:
    assert_takes_bounded_time(detector, unit)


@settings(deadline=None)
@given(text=st.text(st.characters(), max_size=60))
def test_no_text_makes_the_detector_raise(detector: Detector, text: str) -> None:
    redact(text, detector.detect(text))
