"""A local stand-in for the Hugging Face Hub, as far as downloads go: API, resolve with redirects, ranges."""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

# Larger files than this are kept in LFS on the Hub: served from elsewhere, known by their SHA-256.
LFS_FROM = 100_000


@dataclass
class Fault:
    """Breaks the transfer of one file. after: bytes that are sent first. stall: hang, not hang up."""

    after: int
    stall: bool = False
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)


class Hub:
    """Serves folders as repositories, each at one commit. Used as a context manager."""

    def __init__(self) -> None:
        self.repositories: dict[str, Path] = {}
        self.gated: set[str] = set()
        self.faults: dict[str, Fault] = {}
        self.damaged: set[str] = set()
        # Sizes that the API tells in place of the real ones, by the file's name.
        self.claimed: dict[str, int] = {}
        self.ranges: list[tuple[str, str | None]] = []
        self.sent: dict[str, int] = {}
        hub = self

        class Handler(_Handler):
            pass

        Handler.hub = hub
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Hub:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Go away: connections are refused from now on."""
        for fault in self.faults.values():
            fault.released.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        parts = path.strip("/").split("/")
        if parts[:2] == ["api", "models"] and len(parts) >= 4:
            self._info("/".join(parts[2:4]), parts[4:])
        elif parts[0] == "cdn":
            self._send_file("/".join(parts[1:3]), parts[-1], {})
        elif len(parts) >= 5 and parts[2] == "resolve":
            self._resolve("/".join(parts[:2]), parts[3], "/".join(parts[4:]))
        else:
            self._answer(404, {})

    def _info(self, model_id: str, rest: list[str]) -> None:
        folder = self._folder(model_id)
        if folder is None:
            return
        if rest[:1] == ["tree"]:
            self._tree(folder, rest[2:])
            return
        if rest[:1] == ["revision"] and rest[1] not in ("main", commit(folder)):
            self._answer(404, {"X-Error-Code": "RevisionNotFound", "X-Error-Message": "Invalid rev id"})
            return
        siblings = []
        for path in sorted(folder.iterdir()):
            size = self.hub.claimed.get(path.name, path.stat().st_size)
            entry: dict[str, Any] = {"rfilename": path.name, "size": size, "blobId": "0" * 40}
            if size > LFS_FROM:
                entry["lfs"] = {"sha256": sha256(path), "size": size, "pointerSize": 134}
            siblings.append(entry)
        body = {"id": model_id, "modelId": model_id, "sha": commit(folder), "siblings": siblings, "tags": []}
        self._answer(200, {"Content-Type": "application/json"}, json.dumps(body).encode())

    def _tree(self, folder: Path, subfolder: list[str]) -> None:
        if subfolder:
            self._answer(404, {"X-Error-Code": "EntryNotFound"})
            return
        files = [
            {"type": "file", "path": path.name, "size": path.stat().st_size, "oid": "0" * 40}
            for path in sorted(folder.iterdir())
        ]
        self._answer(200, {"Content-Type": "application/json"}, json.dumps(files).encode())

    def _resolve(self, model_id: str, revision: str, name: str) -> None:
        folder = self._folder(model_id)
        if folder is None:
            return
        if model_id in self.hub.gated:
            self._answer(403, {"X-Error-Code": "GatedRepo", "X-Error-Message": "Gate is restricted."})
            return
        path = folder / name
        if revision not in ("main", commit(folder)) or not path.is_file():
            self._answer(404, {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": commit(folder)})
            return
        headers = {"X-Repo-Commit": commit(folder), "ETag": f'"{sha256(path)[:40]}"'}
        if path.stat().st_size > LFS_FROM:
            headers |= {"X-Linked-Size": str(path.stat().st_size), "X-Linked-ETag": f'"{sha256(path)}"'}
            headers["Location"] = f"{self.hub.url}/cdn/{model_id}/{name}"
            self._answer(302, headers)
        else:
            self._send_file(model_id, name, headers)

    def _folder(self, model_id: str) -> Path | None:
        folder = self.hub.repositories.get(model_id)
        if folder is None:
            self._answer(401, {"X-Error-Code": "RepoNotFound", "X-Error-Message": "Repository not found"})
        return folder

    def _send_file(self, model_id: str, name: str, headers: dict[str, str]) -> None:
        content = (self.hub.repositories[model_id] / name).read_bytes()
        if name in self.hub.damaged:
            content = bytes(len(content))
        asked = self.headers.get("Range")
        start = int(asked.removeprefix("bytes=").split("-")[0]) if asked else 0
        headers = headers | {"Content-Type": "application/octet-stream", "Accept-Ranges": "bytes"}
        if asked:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        if self.command == "GET":
            self.hub.ranges.append((name, asked))
        self._answer(206 if asked else 200, headers, content[start:], name)

    def _answer(self, status: int, headers: dict[str, str], body: bytes = b"", name: str = "") -> None:
        self.send_response(status)
        for header, value in headers.items():
            self.send_header(header, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        fault = self.hub.faults.get(name)
        if fault is not None and not fault.reached.is_set():
            body = body[: fault.after]
        self.wfile.write(body)
        self.hub.sent[name] = self.hub.sent.get(name, 0) + len(body)
        if fault is not None and not fault.reached.is_set():
            self.wfile.flush()
            fault.reached.set()
            if fault.stall:
                fault.released.wait(60)
            self.close_connection = True


def sha256(path: Path) -> str:
    return _sha256(path, path.stat().st_mtime_ns)


@cache
def _sha256(path: Path, modified: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def commit(folder: Path) -> str:
    """Changes with whatever is in the folder."""
    digest = hashlib.sha1(usedforsecurity=False)
    for path in sorted(folder.iterdir()):
        digest.update(f"{path.name} {sha256(path)}\n".encode())
    return digest.hexdigest()
