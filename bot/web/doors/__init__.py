"""Doors of other shapes: what was built for PagerDuty, Opsgenie or mail can send here, too."""
