"""Serving: lists in, lists out; it knows no model.

`engine` is the one thread that computes, `lane` where work is handed in, `door` who may come in and whose turn is next.
What takes turns: `requests` in batches or slices, `streams` (and `stream_turns`) a step at a time. `pace` and `limits`
say how long one waits, and how much one client may ask for.
"""
