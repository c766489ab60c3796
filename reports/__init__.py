"""Everything the handlers share: the model, the use cases, the engine, and the adapters to AWS."""

__version__ = "0.1.0"
