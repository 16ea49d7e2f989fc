"""Explanations for whoever administers the policy: why, who, what if."""
