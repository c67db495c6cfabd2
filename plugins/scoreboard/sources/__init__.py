"""Where rows come from: one module per adapter, yielding rows as text and nothing else."""
