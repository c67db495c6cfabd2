"""Vendors' APIs: one module per vendor, over one HTTP client."""
