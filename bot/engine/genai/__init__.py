"""The default engine: openvino-genai's continuous batching in a process of its own.

    engine.py         the Engine: requests in, text out
    supervisor.py     keeps a model process alive; repeats open requests after a death
    admission.py      which request may enter the process, so that the KV pool suffices
    request.py        one request: text out of token ids, over all processes that work on it
    process.py        one process, its pipes and the threads that serve them; how it ended
    protocol.py       what goes over the pipes
    worker.py         the process itself: a loop of read, step, send
    batch_runner.py   requests that share each pass over the weights (CPU, GPU)
    vision_runner.py  vision-language models, whose prompts are text with pictures in it
    prompt_text.py    the text that stands for a prompt's ids
    serial_runner.py  one request at a time (NPU)
    pipeline.py       openvino-genai's pipelines and generation configs
    kv_pool.py        the KV pool: its size, its blocks
    prefix_cache.py   how much of a prompt is in the KV cache already

`engine` to `process` run in the bot, `worker` to `prefix_cache` in the child; both know `protocol` and
`kv_pool`.
"""
