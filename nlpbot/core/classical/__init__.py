"""Classical models, the baselines of every family: n-grams and linear models, nearest neighbours, Kneser–Ney.

`calibration` and `confidence` turn their scores, and those of networks, into probabilities.
"""
