"""The engine's own decisions played through in memory: dry runs, forecasts, routers' tests."""
