"""`python -m bot.cli`: the `pagertree` command where its script is not on the path."""

from bot.cli import program

program()
