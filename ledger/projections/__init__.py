"""The sheets: disposable tables drawn from the log (law 7). One file per sheet; `refresh` and `redraw` are the only writers.

Sheets hold ids, codes and numbers only; names are opened when a report is rendered.
"""
