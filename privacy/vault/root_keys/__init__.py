"""Providers of root keys that leave the key where it is: key services and hardware."""

from privacy.vault.root_keys.urls import is_file, root_keys

__all__ = ["is_file", "root_keys"]
