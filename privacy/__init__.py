"""Privacy: labels, purposes, the vault, detection, consent, suppression and the audit trail."""
