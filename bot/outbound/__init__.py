"""Requests to addresses that somebody else chose: bounded in time and size, and never to an address inside."""
