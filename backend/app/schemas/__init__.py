"""What crosses the wire: pydantic models of requests and answers."""
