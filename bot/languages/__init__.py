"""The languages that people write: queries, patterns, times and templates, each meaning what it means in JavaScript."""
