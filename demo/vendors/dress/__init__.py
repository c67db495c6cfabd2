"""The sample company in each vendor's dress: API records, loader tables, and the mapping file a user would write."""
