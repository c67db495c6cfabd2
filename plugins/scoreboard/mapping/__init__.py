"""From what a vendor landed to the canonical entities: the user's mapping file, the views that staging reads, the snapshot."""
