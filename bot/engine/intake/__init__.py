"""From a signal to an alert that somebody is asked about."""
