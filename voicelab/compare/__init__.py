"""Experiments: the same lines under different settings, side by side."""
