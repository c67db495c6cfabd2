"""PostgreSQL as the place of BI and as the engine of the build, against a real server."""
