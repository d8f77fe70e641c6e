"""`ovbot bench`: how fast each engine is on this machine, and what the machine would allow.

machine.py   what it runs on; the memory bandwidth that bounds decoding
prompts.py   prompts of given lengths that share no beginning
measure.py   one engine, measured through the Engine protocol alone
run.py       every engine, one after the other
report.py    the figures; table.py and plot.py show them
"""
