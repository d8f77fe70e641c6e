"""ovbot: a Discord assistant that runs a language model with OpenVINO on its owner's own machine."""

__version__ = "0.1.0"
