"""SQL files as statements: splitting, connection strings, COPY data. Pure."""
