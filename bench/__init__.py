"""Benchmarks of real size, and what they need. Not installed; run from the repository's root."""
