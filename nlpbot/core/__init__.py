"""What every room stands on: words, images, linear models, networks, training and serving."""
