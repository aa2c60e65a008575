"""Serving: whole requests in batches, streams step by step, and limits. Lists in, lists out; it knows no model."""
