"""What all families stand on.

By floors: `kernel`; `bundles`; the columns `text`, `images`, `classical`, `measures`, `nn`, `training` and `serving`,
which know nothing of each other; `runs`, from options to a bundle; and on top `terminal`, `datasets` and `plots`.
"""
