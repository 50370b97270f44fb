"""What the channels `sms` and `voice` share: Twilio's account and API, and what is written and said."""
