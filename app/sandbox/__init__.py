"""The sandbox: loopback stand-ins of the vendors' APIs, for trying Timekept and for tests."""
