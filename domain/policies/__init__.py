"""Changes of the policy: versions, proposals, and who may."""
