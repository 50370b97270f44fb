"""What a worker does: the table of drains, the threads that run them, and what wakes them."""
