"""Load tests and measurements of the whole bot. Run from the repository's root; not installed.

`bot/benchmark` is what `ovbot bench` runs: the speed of the engines alone, for anyone who has the bot.

    soak            does every message get exactly one finished reply while everything fails?
    load_test.py    how twenty people at once are served
    channels.py     the whole bot against the bare engine
    prefix_cache.py what the prefix cache saves in a conversation
    speculative.py  what prompt lookup and a draft model gain
    make_model.py   a model of Phi-3-mini's size to measure with

    recording.py, traffic.py, shown.py, event_loop.py    what these share
"""
