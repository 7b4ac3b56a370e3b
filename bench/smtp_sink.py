"""An SMTP server that takes everything and keeps nothing, as fast as Python can: what is measured is the sender.

Run as a process of its own (`python -m bench.smtp_sink`); it prints its port and ends with its standard input.
"""

from __future__ import annotations

import asyncio
import os
import sys


class Sink(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.waiting = b""
        self.in_data = False
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while True:
            end = b"\r\n.\r\n" if self.in_data else b"\r\n"
            found, mark, rest = self.waiting.partition(end)
            if not mark:
                return
            self.waiting = rest
            self._answer(found)

    def _answer(self, found: bytes) -> None:
        if self.in_data:
            self.in_data = False
            self.transport.write(b"250 taken\r\n")
        elif found[:4].upper() == b"DATA":
            self.in_data = True
            self.transport.write(b"354 go on\r\n")
        else:
            self.transport.write(b"221 bye\r\n" if found[:4].upper() == b"QUIT" else b"250 ok\r\n")


async def main() -> None:
    """Serve until the parent closes our standard input."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


if __name__ == "__main__":
    asyncio.run(main())
