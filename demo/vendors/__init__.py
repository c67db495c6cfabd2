"""Stand-in vendor APIs: one server that speaks each vendor's documented shapes, and knows all it ever showed."""
