"""The default engine: openvino-genai's continuous batching in a process of its own.

    engine.py      the Engine: admission, text out of ids
    admission.py   who may enter the model process, so that context and KV pool suffice
    supervisor.py  keeps the process alive; redoes open requests after a death
    process.py     one process, its pipes and the threads that serve them
    messages.py    what goes over the pipes
    worker.py      the process itself: a loop of read, step, send
    batch.py       requests that share each pass over the weights
    single.py      the same, one request at a time, for devices without continuous batching (NPU)
    pipeline.py    loads the model; sizes of the KV pool
    prefixes.py    how much of a prompt is in the KV cache already

`engine` to `process` run in the bot, `worker` to `prefixes` in the child.
"""
