"""What it comes to: the pure core. Facts and a policy in, entries and figures out (law 3).

No I/O, no clock, no ids; integers only (points, fen). Live figures, rebuild, as-of and what-if are these
functions with other arguments.
"""
