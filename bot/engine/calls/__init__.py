"""Live calls: whom a caller can choose, and who hears of a message that was left."""
