"""`python -m benchmarks.pagertree …`: the bot's command line, whatever the PATH is."""

from bot.cli import main

if __name__ == "__main__":
    main()
