"""The warehouse: built by dbt in a private file, audited, published, rolled back, its quarters closed."""
