"""The doctor: looks at every part triage rests on and says what is well, worth a look, or broken. It changes nothing.

A check is a function that is handed the patient (and, for a source, its settings) and returns or yields findings; it
stands in one line of `checks`. It may take its time and fail: it runs on a thread of its own, and what it found before
it ran out of time counts. Errors of ours it lets through.
"""
