"""Values, step grammar, verdicts and protocols: no I/O, no clock."""
