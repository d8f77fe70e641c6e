"""What a message refers to, put into words for the model: what was quoted, forwarded or attached.

reader.py     from a Discord message to what it says and refers to
messages.py   the words of a message: content, embeds, polls, stickers
files.py      attached files: which are read, and what becomes of them
download.py   getting a file without trusting what is said of its size
extraction.py the text of a file, where need be by a program of its own
extract.py    that program
quoting.py    everything together, fenced off as others' words, within a budget
names.py      names in place of ids
"""
