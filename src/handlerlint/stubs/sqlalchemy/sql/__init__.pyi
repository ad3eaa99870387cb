from sqlalchemy.sql.selectable import Select as Select, select as select
