"""Pages for people: answers, forms, push, calendars."""
