"""Frames: how the words behind each kind of verb are read."""
