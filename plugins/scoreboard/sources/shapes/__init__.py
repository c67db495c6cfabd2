"""What staging sees of each vendor's streams, whoever delivered them: its API, Fivetran or Airbyte."""
