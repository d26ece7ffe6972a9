-- What a project is for, and how many hours those who did a task have put into it.
ALTER TABLE plan_project ADD COLUMN kind TEXT NOT NULL DEFAULT 'other';
ALTER TABLE plan_task ADD COLUMN hours BIGINT NOT NULL DEFAULT 0 CHECK (hours >= 0);
