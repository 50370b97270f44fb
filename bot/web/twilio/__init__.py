"""What Twilio calls back: replies, keys, delivery reports, live calls."""
