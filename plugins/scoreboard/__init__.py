"""Scoreboard: customer-satisfaction pipeline and warehouse. See README.md."""
