"""Public data sets: which are known, how files are checked, and how they become formats that are read here."""
