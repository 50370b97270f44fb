"""What is decided: values in, values out. Nothing here asks a clock, a database, a network or chance."""
