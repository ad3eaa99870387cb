# python-dateutil 2.9, https://dateutil.readthedocs.io/en/stable/
