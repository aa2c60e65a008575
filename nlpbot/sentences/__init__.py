"""Sentence encoders: trained on paraphrases and by teachers; then texts that mean the same are near each other."""
