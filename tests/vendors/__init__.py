"""A few requests to the vendors themselves, by `make test-vendors`: only where their credentials are given."""
