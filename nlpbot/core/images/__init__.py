"""Images: reading files, and batches of them."""
