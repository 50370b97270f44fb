"""Schedules as calendars (RFC 5545): shifts written for calendar clients, and feeds read as events."""

from bot.engine.ical.reading import FeedReading, read_calendar, read_feed
from bot.engine.ical.writing import export, export_user

__all__ = ["FeedReading", "export", "export_user", "read_calendar", "read_feed"]
