"""Reports people read; each is written from one published version and says which."""
