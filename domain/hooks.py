"""Hooks by entity: what entities add to the generic verbs, assembled for whoever runs them."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.writing.verbs.hooks import Hooks

HOOKS: Mapping[str, Hooks] = MappingProxyType({})
