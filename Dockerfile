# syntax=docker/dockerfile:1
# The Python version that constraints.txt is tested with.
ARG PYTHON=3.11

# --- Dependencies: they change rarely, so they are a layer of their own ---------------------------------
FROM python:${PYTHON}-slim-bookworm AS dependencies
ENV PIP_CACHE_DIR=/var/cache/pip PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /venv
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot/__init__.py bot/__init__.py
RUN --mount=type=cache,target=/var/cache/pip \
    /venv/bin/pip install --constraint constraints.txt . \
    && /venv/bin/pip uninstall --yes openvino-discord-bot

# --- The bot itself -------------------------------------------------------------------------------------
FROM dependencies AS build
COPY bot bot
RUN /venv/bin/pip install --no-deps . \
    && /venv/bin/python -m compileall -q /venv/lib

# --- The image that runs: no compilers, no sources, no torch ----------------------------------------------
FROM python:${PYTHON}-slim-bookworm AS bot
# An Intel GPU needs its driver in the image too: --build-arg WITH_GPU=1, and see compose.yaml.
ARG WITH_GPU=
# Not pinned: Debian keeps only its newest version, so a pin breaks with the next point release.
# hadolint ignore=DL3008
RUN if [ -n "$WITH_GPU" ]; then \
        apt-get update \
        && apt-get install --yes --no-install-recommends intel-opencl-icd \
        && rm -rf /var/lib/apt/lists/*; \
    fi
RUN useradd --uid 1000 --create-home ovbot \
    && mkdir --parents /app/data /app/model \
    && chown ovbot:ovbot /app/data /app/model
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 HF_HOME=/app/data/huggingface
USER 1000
WORKDIR /app
# data: conversations, compiled models, downloads. model: model folders.
VOLUME ["/app/data", "/app/model"]
# Loading a model of several GB takes minutes, during which a failed check does not count.
HEALTHCHECK --interval=30s --timeout=10s --start-period=5m --retries=3 CMD ["ovbot", "health"]
# The first SIGTERM or SIGINT stops the bot in order.
STOPSIGNAL SIGTERM
ENTRYPOINT ["ovbot"]
CMD ["run"]
