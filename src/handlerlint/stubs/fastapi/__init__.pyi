# fastapi 0.118, https://fastapi.tiangolo.com/
from fastapi.applications import FastAPI as FastAPI
from fastapi.routing import APIRouter as APIRouter
