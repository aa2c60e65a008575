"""Metrics: `labels` for classifiers and detectors, with bootstrap intervals; `language` for language models."""
