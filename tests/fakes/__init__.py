"""Providers that are run as servers: they keep the rules of the real ones, and break them on demand."""
