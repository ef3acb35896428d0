"""What the platform does, without HTTP: API, web UI, workers and commands all call these."""
