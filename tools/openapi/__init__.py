"""Make docs/openapi.json of the code: the routes, the types of what they take and answer, and the templates."""
