"""Receptions: availability, free times, booking."""
