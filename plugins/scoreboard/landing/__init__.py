"""Raw rows as immutable Parquet with a manifest, which is the commit point (DESIGN decision 2)."""
