"""How the steps are run: what the DAG files share, and the commands that run them from a terminal."""
