"""Domain: customers, interactions, opportunities, and the two gates to their data."""
