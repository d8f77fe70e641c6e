"""What the bot itself says, in the language of the person it says it to.

    from bot.i18n import gettext as _, ngettext, speaking

    with speaking("ja"):
        _("Stopped.")

Messages are written in English in the code. Translators write `<language>.po` in this folder; `make
catalogues` compiles it to `<language>.mo`, which is what is read here: each one adds a language. The
language is a property of the running task: whatever is said within `speaking`, and in tasks started
there, is said in that language.
"""

from bot.i18n.catalogue import LANGUAGES, best
from bot.i18n.speech import fill, gettext, language, mark, ngettext, speak, speaking

__all__ = ["LANGUAGES", "best", "fill", "gettext", "language", "mark", "ngettext", "speak", "speaking"]
