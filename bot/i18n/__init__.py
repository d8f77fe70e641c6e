"""What the bot itself says, in the language of the person it says it to.

    from bot.i18n import gettext as _, ngettext, speaking

    with speaking("ja"):
        _("Stopped.")

Messages are written in English in the code; `<language>.po` in this folder holds a translation, and
putting a file there adds a language. The language is a property of the running task: whatever is
said within `speaking`, and in tasks begun there, is said in that language.
"""

from bot.i18n.catalogue import LANGUAGES, best
from bot.i18n.speech import fill, gettext, language, mark, ngettext, speak, speaking

__all__ = ["LANGUAGES", "best", "fill", "gettext", "language", "mark", "ngettext", "speak", "speaking"]
