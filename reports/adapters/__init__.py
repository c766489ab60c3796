"""Provide the ports by AWS's services, one file per technology and role."""
