"""The domain: turns, the prompt, the queue, one reply. Knows neither Discord nor OpenVINO."""
