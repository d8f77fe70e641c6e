"""`ovbot bench`: how fast each engine is on this machine, and how fast the machine lets it be.

run.py       runs the benchmark, one engine after the other
measure.py   measures one engine, through the Engine protocol alone
prompts.py   makes prompts of a given length that share no prefix
machine.py   describes the machine, and measures the memory bandwidth that limits decoding
report.py    the figures; table.py and plot.py show them
"""
