"""Ids with a prefix that names the kind and a random part that sorts by time."""

import os
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: nothing that a person misreads
_TIME_CHARS, _RANDOM_CHARS = 10, 10


def new(prefix: str) -> str:
    """Make an id such as `alt_01k9…`: 10 characters of milliseconds since 1970, then 50 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    randomness = int.from_bytes(os.urandom(7)) & ((1 << 5 * _RANDOM_CHARS) - 1)
    return f"{prefix}_{_base32(milliseconds, _TIME_CHARS)}{_base32(randomness, _RANDOM_CHARS)}"


def secret() -> str:
    """Make an unguessable key of 160 random bits, safe in a URL and in the local part of an email address."""
    return _base32(int.from_bytes(os.urandom(20)), 32)


def _base32(value: int, length: int) -> str:
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(5 * (length - 1), -1, -5))
