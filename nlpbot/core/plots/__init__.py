"""Pictures of curves and words; the only door to matplotlib."""
