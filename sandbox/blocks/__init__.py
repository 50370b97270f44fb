"""Block Kit's rules, enforced as Slack enforces them."""

from sandbox.blocks.layout import ALL_TEXT, message_problems, text_size, view_problems

__all__ = ["ALL_TEXT", "message_problems", "text_size", "view_problems"]
