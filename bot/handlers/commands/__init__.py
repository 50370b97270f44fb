"""The nouns of `/pagertree`, one module each: a module here with a `NOUN` is part of the table."""
