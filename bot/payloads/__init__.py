"""What the types of integrations read with: bodies, mail, signatures, fields by their paths, words for urgencies."""
