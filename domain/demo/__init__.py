"""Demo company with its customers: the same for the same seed, on every machine and day."""

from domain.demo.dataset import demo_records
from domain.demo.records.custom_fields import CUSTOM_FIELDS
from domain.demo.values.names import DemoUnavailableError

__all__ = ["CUSTOM_FIELDS", "DemoUnavailableError", "demo_records"]
