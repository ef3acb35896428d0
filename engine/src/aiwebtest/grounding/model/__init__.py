"""Grounding by a model, through Stagehand."""
