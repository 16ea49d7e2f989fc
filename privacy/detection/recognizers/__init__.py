"""Recognizers that a detector runs: Presidio's where they serve, ours where they miss."""

from __future__ import annotations

from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import (
    DateRecognizer,
    IpRecognizer,
    UsLicenseRecognizer,
    UsSsnRecognizer,
)

from privacy.detection.language.language_model import InstalledModel
from privacy.detection.recognizers.accounts import AnyCaseIbanRecognizer
from privacy.detection.recognizers.addresses import address_recognizers
from privacy.detection.recognizers.cards import CardRecognizer
from privacy.detection.recognizers.model_entities import ModelRecognizer
from privacy.detection.recognizers.names import CuedNameRecognizer
from privacy.detection.recognizers.national_ids import national_id_recognizers
from privacy.detection.recognizers.online import online_recognizers
from privacy.detection.recognizers.phones import NumberPlanRecognizer
from privacy.detection.recognizers.unknown_words import UnknownNameRecognizer


def all_recognizers(model: InstalledModel) -> list[EntityRecognizer]:
    """Return fresh recognizers for English text with names, numbers and addresses from anywhere."""
    return [
        ModelRecognizer(supported_entities=model.get_supported_entities()),
        DateRecognizer(),
        AnyCaseIbanRecognizer(),
        IpRecognizer(),
        UsLicenseRecognizer(),
        UsSsnRecognizer(),
        CardRecognizer(),
        NumberPlanRecognizer(),
        CuedNameRecognizer(model.words),
        UnknownNameRecognizer(model.words),
        *address_recognizers(model.words),
        *national_id_recognizers(),
        *online_recognizers(),
    ]
