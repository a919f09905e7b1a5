"""Scenarios that are more than traffic: each a class with a `run` of its own."""
