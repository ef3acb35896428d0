"""The pages: each composes components from what services say."""
