# Flask 3.1, https://flask.palletsprojects.com/
