"""HTTP, thin: parse, authorise, call one service, shape the answer."""
