"""The use cases: load values, ask the clock once, let the engine decide, save in one transaction, wake a worker."""
