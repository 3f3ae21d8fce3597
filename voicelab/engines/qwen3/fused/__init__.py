"""A whole frame as one CUDA kernel: no launch between its thousand steps, and rows that do not know each other.

`frame.cu` has the order of the steps and the `.cuh` files the steps; `weights.py` has what they read of a model,
`kernel.py` how they are run.
"""
