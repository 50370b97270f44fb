"""How messages leave: their order, the providers' rates, storms told as one, and what each message says."""
