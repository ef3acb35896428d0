"""AI Web Test as a platform: API, queue, schedules, access and web UI, built on the engine."""
