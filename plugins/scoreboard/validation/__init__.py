"""The door: every landed batch is judged by the suites of `expectations/`; its rows are valid or quarantined, or the batch is stopped."""
