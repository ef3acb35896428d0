"""What AI Web Test is measured with: each module with a `main` is one benchmark, `python -m benchmarks` runs all."""
