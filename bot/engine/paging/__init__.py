"""Asking one person until they answer: their channels and numbers, news, test pages, and what stands in the way."""
