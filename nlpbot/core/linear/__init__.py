"""Linear models and what goes with them: n-gram features, logistic regression, neighbours, calibration, metrics."""
