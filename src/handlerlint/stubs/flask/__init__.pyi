# Flask 3.1, https://flask.palletsprojects.com/
from flask.app import Flask as Flask
from flask.blueprints import Blueprint as Blueprint
