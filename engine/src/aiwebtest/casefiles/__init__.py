"""Case files: read, check, explain their mistakes; their JSON Schema."""
