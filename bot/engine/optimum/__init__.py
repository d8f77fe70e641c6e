"""The plain engine: a thread pool around optimum-intel's OVModelForCausalLM, in this process.

    engine.py   the Engine: who runs, who waits
    job.py      one reply: text out of ids
    worker.py   one thread's model: generates one reply at a time
    draw.py     choosing tokens by a generator of one's own

`worker` and `draw` import torch and are imported when the model is loaded.
"""
