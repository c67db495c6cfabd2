"""What the pages show, asked of the published marts: pure functions over a connection, without HTTP."""
