"""`python -m aiwebtest.testing.shop`: serve the demo shop until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import sys

from aiwebtest.testing.shop import FAULTS, serve_shop


def main() -> int:
    """Run the command; 2 when it was not understood or the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m aiwebtest.testing.shop", description="Serve the demo shop.")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: a free one)")
    parser.add_argument(
        "--fault", choices=[fault.name for fault in FAULTS], metavar="NAME", help="plant a fault; --list names them"
    )
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="hold every answer back")
    parser.add_argument("--list", action="store_true", help="list the faults and end")
    chosen = parser.parse_args()
    if chosen.list:
        width = max(len(fault.name) for fault in FAULTS)
        sys.stdout.writelines(f"{fault.name:<{width}}  {fault.notice}\n" for fault in FAULTS)
        return 0
    try:
        asyncio.run(_serve(chosen.port, chosen.fault, chosen.latency))
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        sys.stderr.write(f"Cannot serve on port {chosen.port}: {error.strerror}\n")
        return 2
    return 0


async def _serve(port: int, fault: str | None, latency_s: float) -> None:
    async with serve_shop(fault, port, latency_s=latency_s) as shop:
        sys.stdout.write(f"{shop.url}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
