"""Changing the policy: versions, proposals, and who may."""
