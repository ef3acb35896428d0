"""Deterministic grounding: parse the sentence, describe the elements, rank, decide. Pure."""
