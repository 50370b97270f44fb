"""Broken routers, each with all that is said about it."""
