"""What an alert is and where it goes: its life, its document, what is answered, its routing."""
