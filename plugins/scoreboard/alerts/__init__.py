"""Action alerts beyond the tables: what people did about them."""
