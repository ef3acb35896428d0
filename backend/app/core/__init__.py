"""What every part of the server stands on: settings, database, errors, security. Knows nothing of HTTP routes."""
