"""Tables that Fivetran or Airbyte keep of a vendor, read where they are: a DuckDB file, a Parquet folder, PostgreSQL."""
