"""The plain engine: a thread pool around optimum-intel's OVModelForCausalLM, in this process.

    engine.py    the Engine: who runs, who waits
    request.py   one reply: text out of ids
    worker.py    one thread's model: generates one reply at a time

`worker` imports torch and is imported when the model is loaded.
"""
