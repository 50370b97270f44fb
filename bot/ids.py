"""Ids with a prefix that names the kind and a random part that sorts by time."""

import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: nothing that a person misreads
_PAIRS = tuple(one + other for one in _ALPHABET for other in _ALPHABET)  # two characters at a time: ids are made often
_HALF = 5  # pairs in each half of an id


def new(prefix: str) -> str:
    """Make an id such as `alt_01k9…`: 10 characters of milliseconds since 1970, then 50 random bits."""
    return f"{prefix}_{_base32(time.time_ns() // 1_000_000, _HALF)}{_base32(int.from_bytes(os.urandom(7)), _HALF)}"


def secret() -> str:
    """Make an unguessable key of 160 random bits, safe in a URL and in the local part of an email address."""
    return _base32(int.from_bytes(os.urandom(20)), 16)


def _base32(value: int, pairs: int) -> str:
    """Write the lowest 10 bits for each pair of characters."""
    return "".join([_PAIRS[(value >> shift) & 1023] for shift in range(10 * (pairs - 1), -1, -10)])
