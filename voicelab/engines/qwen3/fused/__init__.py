"""A whole frame as one CUDA kernel: no launch between its thousand steps, and rows that do not know each other.

`parts.cuh` has the steps, `frame.cu` their order; `weights.py` what they read of a model, `kernel.py` how they are run.
"""
