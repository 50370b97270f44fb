"""The tests. What hypothesis draws is the same in every run and has no deadline: neither luck nor load decides."""

from hypothesis import settings

settings.load_profile("ci")
