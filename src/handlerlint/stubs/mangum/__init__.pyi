# mangum 0.22, https://mangum.fastapiexpert.com/
from mangum.adapter import Mangum as Mangum
