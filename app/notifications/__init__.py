"""The outbox of notices to applicants."""
