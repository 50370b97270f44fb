"""Payloads: admitted, judged, committed together, answered."""
