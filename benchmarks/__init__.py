"""Measurements that a stranger can run again; each prints its figures beside their limit and fails when it is missed."""
