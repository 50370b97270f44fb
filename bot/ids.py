"""Ids with a prefix that names the kind and a random part that sorts by time."""

import os
import time
from functools import lru_cache

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: nothing that a person misreads
_PAIRS = tuple(one + other for one in _ALPHABET for other in _ALPHABET)  # two characters at a time: ids are made often
_HALF = 5  # pairs in the first half of an id
_LETTERS = (_ALPHABET * 8).encode()  # a character for each of the 256 bytes, by its lowest five bits


def new(prefix: str) -> str:
    """Make an id such as `alt_01k9…`: 10 characters of milliseconds since 1970, then 50 random bits."""
    return f"{prefix}_{_base32(time.time_ns() // 1_000_000, _HALF)}{_random(10)}"


def secret() -> str:
    """Make an unguessable key of 160 random bits, safe in a URL and in the local part of an email address."""
    return _random(32)


def _random(characters: int) -> str:
    """Five random bits for each character."""
    return os.urandom(characters).translate(_LETTERS).decode()


@lru_cache(maxsize=16)  # many ids are made in the same millisecond
def _base32(value: int, pairs: int) -> str:
    """Write the lowest 10 bits for each pair of characters."""
    return "".join([_PAIRS[(value >> shift) & 1023] for shift in range(10 * (pairs - 1), -1, -10)])
