"""From sentence and snapshot to action: rules first, then a model."""
