"""What was tried against the bot: each test is one attack, and stays so that it cannot come back."""
