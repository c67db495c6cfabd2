"""PostgreSQL as a place that readers come to, and as the engine that builds: what both need, and each of them."""
