"""Layer after layer until somebody answers: who is asked, who cannot be reached, who has to know."""
