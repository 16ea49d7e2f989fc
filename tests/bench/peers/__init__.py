"""Farley as one more peer of ``../shared/peers``, the harness that lies beside the project.

``python -m tests.bench.peers`` installs the peers, loads the same customers, interactions and
opportunities through ``farley import``, measures everybody in one run, and prints the tables.
"""
