# pendulum 3.3, https://pendulum.eustace.io/docs/
import datetime

class Time(datetime.time): ...
