"""What the bot shows, kept as JSON and read as diffs: a file for each view, a section in it for each case.

A test asks for a section with the fixture `golden`. A section or a file that no test asks for fails the run as soon as
all tests ran that could have asked: those of the module that the file names, however many processes they ran in.

Renew them after a change that was meant, then read the diff. It takes any tests and any number of workers, and deletes
what these tests ask for no more: `GOLDEN=renew pytest tests/channels tests/handlers`.
"""
