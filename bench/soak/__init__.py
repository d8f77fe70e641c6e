"""A soak test: does every message get exactly one finished reply, whatever fails meanwhile?

    python -m bench.soak --minutes 15 --seed 7

`ovbot run` runs as a process of its own, with the demo model, against the local Discord. People ask in
channels, a thread and direct messages, edit and delete what they asked, and press Stop. Meanwhile requests
fail on every route, answers come late or are lost after the request took effect, the gateway drops, and the
model's process and the bot itself are killed. Then the trouble stops, the bot gets time to settle, and every
message is checked.

    run.py          the whole test, from the first message to the result
    people.py       what people do, and a ledger of what they asked
    trouble.py      what goes wrong: requests, the gateway, the processes
    bot_process.py  `ovbot run`: started, killed, started again
    verdict.py      what became of each message
"""
