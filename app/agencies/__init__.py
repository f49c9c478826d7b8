"""Regions, state bodies and their officials."""
