"""Measures the portal as ratios to a bare Flask page; see docs/bench.md."""
