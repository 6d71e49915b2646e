"""A loopback proxy in front of a server's socket, which holds back what passes for a time each way.

    python -m bench.proxy SOCKET MILLISECONDS

Prints its port, and runs until it is ended. A process of its own: what it costs is not the measured program's.
"""

from __future__ import annotations

import asyncio
import sys


async def _pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter, seconds: float) -> None:
    """Pass on what comes, in its order, each part `seconds` after it came."""
    loop = asyncio.get_running_loop()
    waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def write() -> None:
        while True:
            due, data = await waiting.get()
            await asyncio.sleep(due - loop.time())
            if not data:
                break
            sink.write(data)
        sink.close()

    writing = asyncio.create_task(write())
    try:
        while data := await source.read(65536):
            waiting.put_nowait((loop.time() + seconds, data))
    except OSError:
        pass
    waiting.put_nowait((loop.time() + seconds, b""))
    await writing


async def serve(socket: str, seconds: float) -> None:
    """Take connections on a free port, and say which."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_unix_connection(socket)
        await asyncio.gather(_pass_on(reader, server_writer, seconds), _pass_on(server_reader, writer, seconds))

    server = await asyncio.start_server(connected, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], float(sys.argv[2]) / 1000))
