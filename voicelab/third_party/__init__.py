"""What the lab reaches into of other packages beyond what they promise, all in one room, pinned to a minor version.

Each patch goes through `patching`, which refuses to pass over a name that is gone; `tests/third_party` has a test for
each that fails when its line is removed. (What an engine reaches into is in the folder of that engine.)
"""
